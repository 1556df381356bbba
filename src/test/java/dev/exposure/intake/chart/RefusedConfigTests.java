package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and free configuration that would be ignored, or make a pod that can't work, are refused with the reason. */
class RefusedConfigTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kafka: {securityProtocol: SASL_SSL}                           | kafka.securityProtocol is SASL_SSL, but kafka.sasl.existingSecret is not set
            kafka: {sasl: {existingSecret: s}}                            | kafka.sasl.existingSecret is set, but kafka.securityProtocol is PLAINTEXT, which has no login
            kafka: {sasl: {username: u}}                                  | kafka.sasl.username is set, but kafka.securityProtocol is PLAINTEXT
            kafka: {securityProtocol: SSL, sasl: {existingSecret: s}}     | kafka.sasl.existingSecret is set, but kafka.securityProtocol is SSL
            kafka: {tls: {existingSecret: s}}                             | kafka.tls.existingSecret is set, but kafka.securityProtocol is PLAINTEXT, which has no TLS
            kafka: {tls: {caSecret: s}}                                   | kafka.tls.caSecret is set, but kafka.securityProtocol is PLAINTEXT
            kafka: {securityProtocol: SSL, tls: {certKey: c, keyKey: k}}  | kafka.tls.certKey names a key of kafka.tls.existingSecret, which is not set
            kafka: {securityProtocol: SSL, tls: {caSecret: s, caKey: ''}} | kafka.tls.caSecret is set, but kafka.tls.caKey is not
            kafka: {securityProtocol: SSL, tls: {caSecret: s, existingSecret: t}} | but no key of the second: set kafka.tls.certKey
            database: {existingSecret: s}                                 | database.existingSecret is set, but no URL: the embedded database would be used
            database: {tls: {existingSecret: s}}                          | database.tls.existingSecret is set, but the database is the embedded one
            kafka: {bootstrapServers: 'kafka:99999'}                      | kafka.bootstrapServers names the port 99999: ports go from 1 to 65535
            kafka: {bootstrapServers: 'a:9092,b:0'}                       | kafka.bootstrapServers names the port 0
            database: {url: 'jdbc:postgresql://a:5432,db:99999/ads'}      | database.url names the port 99999
            kafka: {topics: [ads, ads.dlt]}                               | kafka.topics holds ads and ads.dlt, which is where the dead letters of the first go
            {kafka: {topics: [ads, ads-bad]}, config: {intake: {deadLetter: {topic-suffix: -bad}}}} | kafka.topics holds ads and ads-bad
            kafka: {topics: [..]}                                         | kafka.topics must not hold ".."
            dedupe: {window: 30s}                                         | dedupe.window is 30s, but allowed is: 0 (off), or from 1m to 31d
            dedupe: {window: PT59S}                                       | dedupe.window is PT59S, but allowed is
            dedupe: {window: '3600'}                                      | dedupe.window is 3600, but allowed is
            dedupe: {window: P32D}                                        | dedupe.window is P32D, but allowed is
            kafka: {partitionDetection: 50ms}                             | kafka.partitionDetection is 50ms, but allowed is: from 100ms to 5m
            kafka: {partitionDetection: 6m}                               | kafka.partitionDetection is 6m, but allowed is
            autoscaling: {type: keda}                                     | but the embedded database serves one instance
            {autoscaling: {type: hpa}, database: {url: 'jdbc:postgresql://db/ads'}} | autoscaling.type is hpa, but autoscaling.partitions is not set
            {ingress: {enabled: true}}                                    | ingress.enabled is true, but ingress.hosts is empty
            {ingress: {enabled: true, hosts: [a.b]}, service: {enabled: false}} | ingress.enabled is true, but service.enabled is false
            """)
    void valueThatWouldBeIgnoredOrCannotWorkIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> Chart.least().and(yaml).text()).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            resources: {limits: {memory: 512}}                           | resources.limits.memory is 512, which is 512 bytes: the service needs 384Mi at least
            resources: {limits: {memory: 512m}}                          | resources.limits.memory is 512m, which is 0 bytes
            resources: {limits: {memory: 300Mi}, requests: {memory: 300Mi}} | resources.limits.memory is 300Mi, which is 300Mi
            resources: {requests: {memory: 768}}                         | resources.requests.memory is 768, which is 768 bytes
            resources: {requests: {memory: 1Gi}}                         | resources.requests.memory is 1Gi, more than resources.limits.memory, 768Mi
            resources: {requests: {cpu: 250}}                            | resources.requests.cpu is 250, which is 250 whole cores
            jvm: {options: [-Xmx4g]}                                     | -Xmx4g makes a heap of 4096Mi, which leaves less than 192Mi of resources.limits.memory, 768Mi
            jvm: {options: ['-XX:MaxHeapSize=700000k']}                  | -XX:MaxHeapSize=700000k makes a heap of 683Mi
            jvm: {options: ['-XX:MaxRAMPercentage=80.0']}                | -XX:MaxRAMPercentage=80.0 makes a heap of 614Mi
            jvm: {heapPercentage: 80}                                    | jvm.heapPercentage 80 makes a heap of 614Mi
            'extraEnv: [{name: JAVA_TOOL_OPTIONS, value: -Da=b -Xmx1g}]' | -Xmx1g makes a heap of 1024Mi
            jvm: {heapDump: {enabled: true, sizeLimit: 256Mi}}           | jvm.heapDump.sizeLimit is 256Mi, less than the heap of 384Mi
            persistence: {size: 8}                                       | persistence.size is 8, too small for a database
            tmp: {sizeLimit: 128}                                        | tmp.sizeLimit is 128, too small
            """)
    void sizeThatCannotWorkIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> Chart.least().and(yaml).text()).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kafka: {consumerProperties: {auto.offset.reset: latest}}        | kafka.consumerProperties.auto.offset.reset is latest, but only earliest is allowed
            kafka: {properties: {auto.offset.reset: none}}                  | kafka.properties.auto.offset.reset is none, but only earliest is allowed
            kafka: {consumerProperties: {enable.auto.commit: true}}         | kafka.consumerProperties.enable.auto.commit is true, but only false is allowed
            kafka: {properties: {security.protocol: SSL}}                   | kafka.properties.security.protocol must not be set, because the chart sets it and other objects have to agree with it: use the value kafka.securityProtocol
            kafka: {properties: {bootstrap.servers: 'a:1'}}                 | use the value kafka.bootstrapServers
            kafka: {properties: {sasl.jaas.config: x}}                      | use the value kafka.sasl.existingSecret
            kafka: {properties: {ssl.truststore.location: x}}               | use the value kafka.tls
            kafka: {consumerProperties: {group.id: x}}                      | use the value kafka.groupId
            kafka: {consumerProperties: {group.protocol: consumer}}         | use the value kafka.groupProtocol
            kafka: {consumerProperties: {metadata.max.age.ms: 5}}           | use the value kafka.partitionDetection
            kafka: {consumerProperties: {max.poll.records: 5}}              | use config.intake.poll.max-records
            config: {spring: {kafka: {consumer: {max-poll-records: 1000}}}} | use config.intake.poll.max-records
            kafka: {consumerProperties: {value.deserializer: x}}            | records are read and written as bytes
            kafka: {groupProtocol: consumer, consumerProperties: {session.timeout.ms: 9000}} | must not be set while kafka.groupProtocol is consumer
            {staticMembership: {enabled: true}, kafka: {consumerProperties: {session.timeout.ms: 9000}}} | use the value staticMembership.sessionTimeoutSeconds
            config: {spring: {kafka: {consumer: {auto-offset-reset: latest}}}}               | autooffsetreset is latest, but only earliest is allowed
            config: {spring: {kafka: {consumer: {properties: {'[auto.offset.reset]': latest}}}}} | is latest, but only earliest is allowed
            config: {spring.kafka.properties.security.protocol: SSL}                         | use the value kafka.securityProtocol
            config: {spring: {kafka: {security: {protocol: SSL}}}}                           | use the value kafka.securityProtocol
            config: {spring: {kafka: {bootstrapServers: 'a:1'}}}                             | use the value kafka.bootstrapServers
            config: {server: {port: 1234}}                                                   | use the value server.port
            config: {server.port: 1234}                                                      | use the value server.port
            config: {management: {server: {port: 1234}}}                                     | use the value management.port
            config: {spring: {kafka: {consumer: {group-id: other}}}}                         | use the value kafka.groupId
            config: {spring: {kafka: {consumer: {groupId: other}}}}                          | use the value kafka.groupId
            config: {intake: {topics: [other]}}                                              | use the value kafka.topics
            'extraEnv: [{name: INTAKE_TOPICS, value: other}]'                                | extraEnv must not set INTAKE_TOPICS, which other objects of the chart have to agree with: use the value kafka.topics
            'extraEnv: [{name: INTAKE_TOPICS_0_, value: other}]'                             | use the value kafka.topics
            'extraEnv: [{name: SPRING_KAFKA_CONSUMER_GROUP_ID, value: other}]'               | use the value kafka.groupId
            'extraEnv: [{name: SERVER_PORT, value: "1"}]'                                    | use the value server.port
            config: {intake: {topic: other}}                                                 | config sets intake.topic, which is no property of the service; there are
            config: {intake: {dead-leter: {topic-suffix: x}}}                                | config sets intake.deadleter.topicsuffix, which is no property
            config: {intake.lag.intervall: 5s}                                               | config sets intake.lag.intervall, which is no property
            'extraEnv: [{name: INTAKE_INITIALPOSTION, value: latest}]'                       | extraEnv sets INTAKE_INITIALPOSTION, which is no property of the service
            """)
    void configurationThatContradictsTheChartOrNamesNothingIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> Chart.least().and(yaml).text()).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config: {spring: {datasource: {password: geheim}}}",
                "config: {spring.datasource.password: geheim}",
                "config: {spring: {kafka: {properties: {'[sasl.jaas.config]': 'Plain required password=\"geheim\";'}}}}",
                "config: {a: [{client-secret: geheim}]}",
                "config: {a: [{x: 1, client-secret: geheim}]}",
                "config: {spring: {ssl: {bundle: {pem: {x: {keystore: {private-key-password: geheim}}}}}}}",
                "config: {spring: {datasource: {url: 'jdbc:postgresql://db/ads?user=x&password=geheim'}}}",
                "database: {url: 'jdbc:postgresql://db/ads?user=x&password=geheim'}",
                "database: {url: 'jdbc:postgresql://db/ads?sslpassword=geheim'}",
                "database: {url: 'jdbc:postgresql://x:geheim@db/ads'}",
                "database: {url: 'jdbc:h2:tcp://db/ads;PASSWORD=geheim'}",
                "extraEnv: [{name: SPRING_DATASOURCE_URL, value: 'jdbc:postgresql://db/ads?password=geheim'}]",
                "extraEnv: [{name: SPRING_DATASOURCE_PASSWORD, value: geheim}]",
                "extraEnv: [{name: INTAKE_OPERATOR_PASSWORD, value: geheim-geheim}]",
            })
    void passwordsAreRefusedAndNotRepeated(String yaml) {
        assertThatThrownBy(() -> Chart.least().and(yaml).text())
                .hasMessageMatching("(?s).*(must not hold a password|kafka\\.sasl\\.existingSecret).*")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void whatIsRightIsTaken() {
        for (String yaml : List.of(
                "config: {spring.datasource.password: '${FROM_A_SECRET}'}",
                "extraEnv: [{name: SPRING_DATASOURCE_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
                "extraEnv: [{name: INTAKE_FORMAT_TARGETS_0_, value: json}, {name: INTAKE_FORMAT_FIELDS_ADID, value: a}]",
                "config: {intake: {initialPosition: latest, format: {targets: [json], fields: {ad-id: adid}}}}",
                "kafka: {consumerProperties: {auto.offset.reset: earliest, session.timeout.ms: 9000}}",
                "kafka: {topics: [ads, ads.dlt.video, other.dlt]}",
                "dedupe: {window: PT1M}",
                "dedupe: {window: P31D}",
                "dedupe: {window: PT0.5H30M}",
                "resources: {limits: {memory: 384Mi}, requests: {memory: 384Mi}}",
                "resources: {limits: {memory: null}}\njvm: {options: [-Xmx4g]}",
                "resources: {limits: {memory: 8Gi}}\njvm: {options: [-Xmx4g]}",
                "resources: {requests: {cpu: 250m}, limits: {memory: 1G, cpu: 2}}\njvm: {options: [-Xmx512m]}",
                "kafka: {securityProtocol: SSL, tls: {caSecret: authorities}}",
                "kafka: {bootstrapServers: '[2001:db8::1]:65535'}")) {
            assertThat(Chart.least().and(yaml).render().kinds()).as(yaml).contains("Deployment");
        }
    }
}
