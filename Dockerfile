# Image of the service. Build the jar first, with ./mvnw package; docs/image.md tells the rest.
# A mirror of the base image, for sites without access to the public registry: --build-arg BASE_IMAGE=...
ARG BASE_IMAGE=eclipse-temurin:25-jre
# Any runnable jar of a Spring Boot application that depends on the intake will do: --build-arg JAR=...
ARG JAR=target/*-exec.jar

FROM ${BASE_IMAGE} AS extracted
ARG JAR
WORKDIR /extracted
COPY ${JAR} exposure-intake.jar
RUN ["java", "-Djarmode=tools", "-jar", "exposure-intake.jar", "extract", "--layers", "--destination", "layers"]
RUN ["java", "-cp", "layers/application/*:layers/dependencies/lib/*:layers/snapshot-dependencies/lib/*", "dev.exposure.intake.connect.NativeLibraries", \
    "layers/dependencies/lib", "native"]

# What seldom changes comes first: a change of code makes new layers from "application" on only.
FROM ${BASE_IMAGE} AS application
RUN ["install", "-d", "-o", "10001", "-g", "10001", "/var/lib/exposure-intake"]
COPY LICENSE /licenses/LICENSE
WORKDIR /app
COPY --from=extracted /extracted/layers/dependencies/ ./
COPY --from=extracted /extracted/native/ ./native/
COPY --from=extracted /extracted/layers/spring-boot-loader/ ./
COPY --from=extracted /extracted/layers/snapshot-dependencies/ ./
COPY --from=extracted /extracted/layers/application/ ./

# Training run: starts everything up to where Kafka, the database and the port would be used, and keeps the classes that this
# loaded, linked. It has to see the same paths, file times and module options as the service will. The objects in the cache can be written with
# G1 only, which the JVM would not choose on a small machine; they are read with G1, Serial and Parallel alike.
FROM application AS trained
RUN ["java", "-XX:+UseG1GC", "-XX:AOTCacheOutput=/app/exposure-intake.aot", "-Xlog:aot=off", \
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dspring.context.exit=onRefresh", "-jar", "/app/exposure-intake.jar"]

FROM application
COPY --from=trained /app/exposure-intake.aot ./

# The embedded database is ./data of the working directory. Not by SPRING_DATASOURCE_URL: a variable of the image would win over
# a configuration file that is mounted.
WORKDIR /var/lib/exposure-intake
VOLUME /var/lib/exposure-intake
USER 10001:10001
EXPOSE 8080

# Of the container's memory half is heap: the rest is for classes, compiled code, threads and network buffers.
# Meant to be replaced where that does not fit; nothing that has to hold is in here.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50"

# java is process 1 and gets the SIGTERM. A JVM that has run out of memory may have lost any of its threads: it ends, and is
# started again. No heap dump: it would hold users' ids and records, and need as much disk as the heap.
# A cache that does not fit the options of a user is left out by the JVM; the start is slower then, and nothing else.
# What libraries that decompress records do with memory is allowed: else the JVM would warn of it, in lines that are no JSON.
# The libraries that decompress records are those in /app/native; /tmp, where they would be unpacked, may be mounted noexec.
ENTRYPOINT ["java", "-XX:AOTCache=/app/exposure-intake.aot", "-XX:+ExitOnOutOfMemoryError", \
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Djava.library.path=/app/native", "-Dorg.xerial.snappy.lib.path=/app/native", "-DZstdNativePath=/app/native/libzstd-jni.so", \
    "-jar", "/app/exposure-intake.jar"]

# Liveness, which no outage of Kafka or the database affects. Without the variables of the service's own JVM: an agent or a
# debugger's port that they set would be this one's too.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["env", "-u", "JAVA_TOOL_OPTIONS", "-u", "JDK_JAVA_OPTIONS", "java", "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", \
    "-cp", "/app/exposure-intake.jar", "dev.exposure.intake.actuate.HealthProbe"]

ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="exposure-intake" \
    org.opencontainers.image.description="Takes ad-exposure log lines from Kafka, loses none when partitions are added, counts each exactly once." \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.created="${CREATED}"
