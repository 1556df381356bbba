package dev.exposure.intake.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;

/** The machine's Chromium, without a window, and short ways to see and do there what a person does. */
final class Browser {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path PICTURES = Path.of("target", "page");
    private static @Nullable Browser only;

    private final ChromeDriver driver;

    private Browser() {
        try {
            Files.createDirectories(PICTURES);
            Path profile = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "chromium-");
            ChromeOptions options = new ChromeOptions();
            options.setBinary(find("chromium"));
            options.addArguments(
                    "--headless=new",
                    "--no-sandbox", // Chromium refuses to run as root with it
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--user-data-dir=" + profile);
            LoggingPreferences logs = new LoggingPreferences();
            logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
            options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
            // Told where the driver is, Selenium looks for none and downloads none.
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(find("chromedriver"))
                    .usingAnyFreePort()
                    .build();
            driver = new ChromeDriver(service, options);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                driver.quit();
                FileSystemUtils.deleteRecursively(profile.toFile());
            }));
            driver.manage().timeouts().scriptTimeout(PATIENCE);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The browser of this JVM, which ends with it. */
    static synchronized Browser get() {
        Browser browser = only == null ? new Browser() : only;
        only = browser;
        return browser;
    }

    private static File find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> new File(directory, program))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(program + " is not installed; .ci/page does it"));
    }

    /** Opens the page anew, light and wide, and waits until it shows figures. */
    void open(String address) {
        size(1280, 900);
        dark(false);
        driver.get(address);
        log();
        driver.get(address);
        waitFor("document.body.dataset.contact === 'made'");
    }

    /** What the expression or statement gives. */
    @Nullable
    Object js(String script, Object... arguments) {
        return driver.executeScript(script.startsWith("return ") ? script : "return " + script, arguments);
    }

    /** What a script gives that may wait: a body of an async function, in which {@code load} imports a file of the page. */
    Object async(String body) {
        return Objects.requireNonNull(driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "const load = (name) => import(new URL('page/' + name, document.baseURI).href);"
                + "(async () => {" + body
                + "\n})().then(done, (error) => done({ failed: [String(error)], passed: 0 }));"));
    }

    /** Runs a script that is not the page's in it, as axe's. */
    void inject(String script) {
        driver.executeScript(script);
    }

    double number(String expression) {
        return ((Number) Objects.requireNonNull(js(expression))).doubleValue();
    }

    String text(String id) {
        return String.valueOf(js("document.getElementById('" + id + "').textContent"))
                .strip();
    }

    void waitFor(String condition) {
        await(condition)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Boolean.TRUE.equals(js("Boolean(" + condition + ")")));
    }

    void waitForText(String id, Predicate<String> wanted) {
        await(id)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(text(id)).matches(wanted));
    }

    void waitForVerdict(String word) {
        await("verdict " + word)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(text("verdict-word")).startsWith(word));
    }

    WebElement find(By by) {
        return driver.findElement(by);
    }

    void click(String id) {
        find(By.id(id)).click();
    }

    void type(String id, String words) {
        WebElement field = find(By.id(id));
        field.clear();
        field.sendKeys(words);
    }

    void press(Keys key) {
        new Actions(driver).sendKeys(key).perform();
    }

    /** What axe finds serious or critical in what is seen now; all that it finds is printed. */
    List<Object> graveBarriers(String what) {
        inject(resource("/axe.min.js"));
        List<?> found = (List<?>) async("await Promise.all(document.getAnimations().map((it) => it.finished));"
                + "const found = await axe.run(document, { resultTypes: ['violations'] });"
                + "return found.violations.map((it) => [it.impact, it.id, it.help,"
                + " it.nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(' ')]);");
        List<Object> grave = new ArrayList<>();
        for (Object violation : found) {
            System.out.println("page: " + what + ": " + violation);
            if (List.of("serious", "critical").contains(String.valueOf(((List<?>) violation).get(0)))) {
                grave.add(what + ": " + violation);
            }
        }
        return grave;
    }

    /** What the browser's console got since it was last asked. */
    List<LogEntry> log() {
        return driver.manage().logs().get(LogType.BROWSER).getAll();
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        drawn();
    }

    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        drawn();
    }

    private void drawn() {
        async("await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 400))); return true;");
    }

    /** Keeps what is seen now, wide and narrow, light and dark. */
    void pictures(String state) {
        for (int width : List.of(1280, 390)) {
            for (boolean dark : List.of(false, true)) {
                size(width, 900);
                dark(dark);
                picture(PICTURES.resolve(state + "-" + width + (dark ? "-dark" : "-light") + ".png"), 3000);
            }
        }
        size(1280, 900);
        dark(false);
    }

    /** Keeps the whole page, down to this height, as a picture. */
    void picture(Path file, int most) {
        int width = (int) number("innerWidth");
        int height = (int) Math.min(most, number("document.documentElement.scrollHeight"));
        Map<String, Object> taken = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)));
        try {
            Files.write(file, Base64.getDecoder().decode(String.valueOf(taken.get("data"))));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Text of a file beside this class, or of a library. */
    static String resource(String path) {
        try (InputStream file = Objects.requireNonNull(Browser.class.getResourceAsStream(path), path)) {
            return new String(file.readAllBytes(), UTF_8);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
