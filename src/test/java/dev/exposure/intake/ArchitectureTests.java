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

/** Holds the plan of the house: which room may use which, and the habits kept in all of them. */
class ArchitectureTests {

    private static final String ROOT = IntakeApplication.class.getPackageName();

    /** Rooms that each room may use. Each package has to be here, and every one may use libraries and itself. */
    private static final Map<String, Set<String>> ROOMS = Map.of(
            "consume", Set.of("decode", "process", "sink", "position", "deadletter"),
            "position", Set.of("sink"),
            "connect", Set.of(),
            "decode", Set.of(),
            "process", Set.of("decode", "sink"),
            "sink", Set.of(),
            "deadletter", Set.of("decode"),
            "lag", Set.of("position", "sink"),
            "page", Set.of(),
            "actuate", Set.of("consume", "position", "decode", "process", "sink", "deadletter", "lag"));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages(ROOT);

    @ParameterizedTest
    @MethodSource("rooms")
    void roomUsesOnlyTheRoomsBehindIt(String room) {
        DescribedPredicate<JavaClass> allowed =
                resideOutsideOfPackage(ROOT + "..").or(resideInAPackage(packageOf(room)));
        for (String other : ROOMS.get(room)) {
            allowed = allowed.or(resideInAPackage(packageOf(other)));
        }
        classes()
                .that()
                .resideInAPackage(packageOf(room))
                .should()
                .onlyDependOnClassesThat(allowed.as("are in the rooms %s or in libraries", ROOMS.get(room)))
                .check(MAIN);
    }

    @Test
    void everyPackageIsARoomOfThePlan() {
        Set<String> found = MAIN.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1))
                .collect(toSet());
        assertThat(found).containsExactlyInAnyOrderElementsOf(ROOMS.keySet());
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.exposure.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void decodeProcessAndSinkKnowNoKafka() {
        noClasses()
                .that()
                .resideInAnyPackage(packageOf("decode"), packageOf("process"), packageOf("sink"))
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

    private static Set<String> rooms() {
        return ROOMS.keySet();
    }

    private static String packageOf(String room) {
        return ROOT + "." + room + "..";
    }

    private static boolean sleeps(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        return target.getName().equals("sleep")
                && (target.getOwner().isAssignableTo(Thread.class)
                        || target.getOwner().isAssignableTo(TimeUnit.class));
    }
}
