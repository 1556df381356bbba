package dev.exposure.intake.page;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.servlet.resource.ResourceResolver;

/**
 * Serves files of the page. Browsers ask each time, and a hash tells them whether their copy is current. Dates would
 * not show an upgrade, because all files in the jar have the build's fixed timestamp.
 */
final class PageHandler extends ResourceHttpRequestHandler {

    private final @Nullable Resource only;
    private final Map<Resource, String> hashes = new ConcurrentHashMap<>();

    private PageHandler(@Nullable Resource only) {
        this.only = only;
        setUseLastModified(false);
        setCacheControl(CacheControl.noCache());
        setEtagGenerator(resource -> hashes.computeIfAbsent(resource, PageHandler::hash));
    }

    /** Serves one file, whatever the path. */
    static PageHandler of(Resource file) {
        PageHandler handler = new PageHandler(file);
        handler.setLocations(List.of(file));
        return handler;
    }

    /** Serves files of a directory. */
    static PageHandler in(Resource directory, List<ResourceResolver> resolvers) {
        PageHandler handler = new PageHandler(null);
        handler.setLocations(List.of(directory));
        handler.setResourceResolvers(resolvers);
        return handler;
    }

    @Override
    protected @Nullable Resource getResource(HttpServletRequest request) throws IOException {
        return only == null ? super.getResource(request) : only;
    }

    /** Weak, because the server may compress what it sends. */
    private static String hash(Resource resource) {
        try (InputStream content = resource.getInputStream()) {
            return "W/\"" + DigestUtils.md5DigestAsHex(content) + "\"";
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
