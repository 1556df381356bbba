package dev.exposure.intake.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;

/** A real Chromium without a window, with the page in it. {@code chromium} and {@code chromedriver} have to be on the path. */
final class Browser implements AutoCloseable {

    static final Path PICTURES = Path.of("target", "page");

    /** Longer than the page needs for what it shows at its next refresh, on a machine that does much else. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int WIDE = 1280;
    private static final int NARROW = 390;

    private final Path profile;
    private final ChromeDriver driver;

    private Browser(Path profile) {
        this.profile = profile;
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(onPath("chromium"));
        options.setCapability("goog:loggingPrefs", logs);
        // Without a sandbox because builds run as root, where it refuses; the rest keeps Chromium from calling home.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-US",
                "--user-data-dir=" + profile.toAbsolutePath());
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(onPath("chromedriver"))
                        .build(),
                options);
        size(WIDE, 900);
    }

    static Browser start() throws IOException {
        Files.createDirectories(PICTURES);
        return new Browser(Files.createTempDirectory(PICTURES, "profile"));
    }

    private static File onPath(String program) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
            File file = new File(directory, program);
            if (file.canExecute()) {
                return file;
            }
        }
        throw new IllegalStateException(program + " is not on the path; .ci/page installs it");
    }

    /** Opens the page anew, and waits for its first figures; complaints from before are forgotten. */
    void open(int port) {
        driver.get("about:blank");
        complaints();
        driver.get("http://127.0.0.1:" + port + "/");
        eventually(() -> assertThat(driver.findElement(By.tagName("body")).getAttribute("data-contact"))
                .isEqualTo("made"));
    }

    /** Text of the element with this id. */
    String text(String id) {
        return driver.findElement(By.id(id)).getText();
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** The cell of a partition's row. */
    String cell(String partition, String column) {
        return find("tr[data-partition='" + partition + "'] ." + column).getText();
    }

    void choose(String select, String option) {
        find("#" + select + " option[value='" + option + "']").click();
    }

    /** Fills in the operator's dialog, and sends it. */
    void operate(String username, String password) {
        find("#operate").click();
        confirm(username, password);
    }

    void confirm(String username, String password) {
        find("#operator-username").clear();
        find("#operator-username").sendKeys(username);
        find("#operator-password").clear();
        find("#operator-password").sendKeys(password);
        find("#operator-confirm").click();
    }

    /** Runs this within the page; its modules can be imported. */
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Runs the body of an asynchronous function within the page, and waits for what it returns. */
    Object compute(String body) {
        return driver.executeAsyncScript("const done = arguments[arguments.length - 1];" + "(async () => {" + body
                + "})().then(done, (failure) => done('FAILED ' + failure.stack));");
    }

    void theme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** Pictures of the whole page for a person to look at: wide and narrow, light and dark. */
    void pictures(String state) {
        for (int width : new int[] {WIDE, NARROW}) {
            for (String scheme : List.of("light", "dark")) {
                theme(scheme);
                size(width, width == WIDE ? 900 : 844);
                Number height = (Number) run("return Math.min(document.documentElement.scrollHeight, 6000)");
                // As high as the page, so that what is drawn only when it is seen is drawn.
                size(width, height.intValue());
                run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
                picture(PICTURES.resolve(state + "-" + width + "-" + scheme + ".png"));
                assertThat(run("return document.documentElement.scrollWidth"))
                        .as("nothing sticks out at " + width)
                        .isEqualTo((long) width);
            }
        }
        theme("light");
        size(WIDE, 900);
    }

    void picture(Path file) {
        Object data = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"))
                .get("data");
        try {
            Files.write(file, Base64.getDecoder().decode(String.valueOf(data).getBytes(UTF_8)));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** What keeps people with impairments from using the page, by axe-core, of the serious kinds. */
    List<String> barriers() {
        return new AxeBuilder()
                .analyze(driver).getViolations().stream()
                        .peek(rule -> System.out.println("axe: " + describe(rule)))
                        .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                        .map(Browser::describe)
                        .toList();
    }

    private static String describe(Rule rule) {
        return rule.getImpact() + " " + rule.getId() + ": " + rule.getHelp() + " "
                + rule.getNodes().stream().map(node -> node.getHtml()).toList();
    }

    /** Errors and warnings that the browser logged since the last call. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** Waits until it holds; the page may replace an element while it is looked at. */
    static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(StaleElementReferenceException.class)
                .untilAsserted(assertion);
    }

    @Override
    public void close() {
        driver.quit();
        FileSystemUtils.deleteRecursively(profile.toFile());
    }
}
