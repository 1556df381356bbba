package dev.exposure.intake.page;

/** Paths of the page and of what it loads. */
final class PagePaths {

    static final String INDEX = "/";
    static final String FILES = "/page/**";
    static final String LIBRARIES = "/webjars/uplot/**";

    private PagePaths() {}
}
