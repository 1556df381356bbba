package dev.exposure.intake;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;

/** Holds the structure: which name may use which, and the habits kept in all packages. */
class ArchitectureTests {

    private static final int MOST_CLASSES = 20;

    private static final String ROOT = IntakeApplication.class.getPackageName();

    /** Packages that each package may use. Each has to be here, and every one may use libraries and itself. */
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            entry("partition", Set.of()),
            entry("scan", Set.of()),
            entry("decode", Set.of("scan")),
            entry("process", Set.of("decode")),
            entry("count", Set.of("decode", "process")),
            entry("outage", Set.of("partition")),
            entry("cluster", Set.of("partition", "outage", "connect")),
            entry("delivery", Set.of("partition", "decode", "process", "outage")),
            entry("delivery.jdbc", Set.of("partition", "decode", "process", "outage", "delivery")),
            entry(
                    "delivery.kafka",
                    Set.of("partition", "decode", "process", "count", "cluster", "connect", "outage", "delivery")),
            entry("deadletter", Set.of("partition", "decode", "outage", "connect")),
            entry("position", Set.of("partition", "cluster", "outage", "delivery")),
            entry(
                    "consumer",
                    Set.of("partition", "deadletter", "delivery", "position", "cluster", "connect", "outage")),
            entry(
                    "poll",
                    Set.of(
                            "consumer",
                            "partition",
                            "decode",
                            "deadletter",
                            "delivery",
                            "position",
                            "cluster",
                            "connect",
                            "outage")),
            entry("lag", Set.of("partition", "cluster", "outage", "position", "connect")),
            entry("balance", Set.of("partition", "count", "process", "delivery", "position", "outage")),
            entry("connect", Set.of("partition", "outage")),
            entry("page", Set.of()),
            entry("http", Set.of()),
            entry("replay", Set.of("partition", "deadletter", "connect")),
            entry(
                    "actuate",
                    Set.of(
                            "partition",
                            "cluster",
                            "outage",
                            "position",
                            "consumer",
                            "lag",
                            "delivery",
                            "deadletter",
                            "connect",
                            "http")));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages(ROOT);

    @ParameterizedTest
    @MethodSource("packages")
    void packageUsesOnlyThoseItMayUse(String name) {
        DescribedPredicate<JavaClass> allowed =
                resideOutsideOfPackage(ROOT + "..").or(resideInAPackage(packageOf(name)));
        for (String other : PACKAGES.get(name)) {
            allowed = allowed.or(resideInAPackage(packageOf(other)));
        }
        classes()
                .that(belongTo(name))
                .should()
                .onlyDependOnClassesThat(allowed.as("are in the packages %s or in libraries", PACKAGES.get(name)))
                .check(MAIN);
    }

    @Test
    void everyPackageIsNamedHere() {
        Set<String> found = MAIN.stream()
                .map(JavaClass::getPackageName)
                .filter(it -> !it.equals(ROOT))
                .map(it -> it.substring(ROOT.length() + 1))
                .collect(toSet());
        assertThat(found).containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
    }

    @Test
    void packageHasFewClasses() {
        MAIN.stream()
                .filter(it -> it.isTopLevelClass() && !it.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getPackageName, counting()))
                .forEach((name, classes) -> assertThat(classes).as(name).isLessThanOrEqualTo(MOST_CLASSES));
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.exposure.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void decodeProcessCountAndPartitionUseNoKafkaClient() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        packageOf("decode"), packageOf("process"), packageOf("count"), packageOf("partition"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..")
                .check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(MAIN.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .allMatch(it -> it.isAnnotatedWith(NullMarked.class), "has a package-info with @NullMarked");
    }

    @Test
    void collaboratorsComeThroughTheConstructor() {
        NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(MAIN);
    }

    @Test
    void logsGoThroughSlf4j() {
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(MAIN);
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
    }

    @Test
    void nothingSleeps() {
        DescribedPredicate<JavaAccess<?>> sleep = describe("sleep", ArchitectureTests::sleeps);
        noClasses().should().accessTargetWhere(sleep).check(MAIN);
        noClasses().should().accessTargetWhere(sleep).check(TESTS);
    }

    @Test
    void testsAreNamedSoThatTheBuildRunsThem() {
        methods()
                .that(describe("are tests", (JavaMethod method) -> method.isMetaAnnotatedWith(Testable.class)))
                .should()
                .beDeclaredInClassesThat(describe(
                        "are named *Tests, *IT, *Faults, *Ops or *Benchmark, or are nested in such a class",
                        (JavaClass type) -> type.getName().matches(".*(Tests|IT|Faults|Ops|Benchmark)(\\$.*)?")))
                .check(TESTS);
    }

    private static Set<String> packages() {
        return PACKAGES.keySet();
    }

    /** Classes of the package and of those below it that are not named themselves. */
    private static DescribedPredicate<JavaClass> belongTo(String name) {
        return describe("belong to " + name, it -> {
            String rest = it.getPackageName();
            while (!rest.equals(ROOT) && !PACKAGES.containsKey(rest.substring(ROOT.length() + 1))) {
                rest = rest.substring(0, rest.lastIndexOf('.'));
            }
            return rest.equals(ROOT + "." + name);
        });
    }

    private static String packageOf(String name) {
        return ROOT + "." + name + "..";
    }

    private static boolean sleeps(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        return target.getName().equals("sleep")
                && (target.getOwner().isAssignableTo(Thread.class)
                        || target.getOwner().isAssignableTo(TimeUnit.class));
    }
}
