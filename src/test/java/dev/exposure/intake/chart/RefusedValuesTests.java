package dev.exposure.intake.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that can't work are refused before anything is installed, with a message that names them and says what to set. */
class RefusedValuesTests {

    private static final String DATABASE = "\ndatabase: {url: 'jdbc:postgresql://db/ads', existingSecret: db}";

    @Test
    void brokersAreAskedForWhenNobodyNamesThem() {
        Chart nobody = Chart.bare().and("kafka: {bootstrapServers: ''}");
        assertThatThrownBy(nobody::text)
                .hasMessageContaining("kafka.bootstrapServers is required: set it to your brokers");
        assertThat(nobody.and("existingConfigMap: has-them").render().kinds()).contains("Deployment");
    }

    /** Value that is wrong | where the message says that it is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas: 3                                               | replicas
            replicaCount: three                                       | /replicaCount
            image: {tagg: x}                                          | /image
            image: {tag: 'a b'}                                       | /image/tag
            image: {digest: 'sha256:12'}                              | /image/digest
            image: {pullPolicy: Sometimes}                            | /image/pullPolicy
            kafka: {bootstrapServers: kafka}                          | /kafka/bootstrapServers
            kafka: {bootstrapServers: 'http://kafka:9092'}            | /kafka/bootstrapServers
            kafka: {topics: []}                                       | /kafka/topics
            kafka: {topics: ['a b']}                                  | /kafka/topics/0
            kafka: {topics: [a, a]}                                   | /kafka/topics
            kafka: {initialPosition: newest}                          | /kafka/initialPosition
            kafka: {concurrency: 0}                                   | /kafka/concurrency
            kafka: {groupProtocol: eager}                             | /kafka/groupProtocol
            kafka: {securityProtocol: sasl}                           | /kafka/securityProtocol
            kafka: {sasl: {password: geheim}}                         | /kafka/sasl
            kafka: {sasl: {mechanism: GSSAPI}}                        | /kafka/sasl/mechanism
            database: {password: geheim}                              | /database
            database: {url: 'jdbc:mysql://db/ads'}                    | /database/url
            operator: {password: geheim}                              | /operator
            dedupe: {window: long}                                    | /dedupe/window
            persistence: {size: big}                                  | /persistence/size
            logging: {format: xml}                                    | /logging/format
            logging: {levels: {root: loud}}                           | /logging/levels/root
            server: {port: 80}                                        | /server/port
            management: {port: 0}                                     | /management/port
            livenessProbe: {path: health}                             | /livenessProbe/path
            livenessProbe: {httpGet: {}}                              | /livenessProbe
            resources: {limit: {}}                                    | /resources
            resources: {limits: {memory: 1 GB}}                       | /resources/limits/memory
            terminationGracePeriodSeconds: 90s                        | /terminationGracePeriodSeconds
            podAnnotations: {a: 1}                                    | /podAnnotations/a
            commonLabels: {team: 'a b'}                               | /commonLabels/team
            podDisruptionBudget: {unhealthyPodEvictionPolicy: Never}  | /podDisruptionBudget/unhealthyPodEvictionPolicy
            autoscaling: {type: both}                                 | /autoscaling/type
            autoscaling: {minReplicas: 0}                             | /autoscaling/minReplicas
            autoscaling: {scaleDown: {stabilizationWindowSeconds: 30}}| /autoscaling/scaleDown/stabilizationWindowSeconds
            autoscaling: {keda: {lagTreshold: 5}}                     | /autoscaling/keda
            podMonitor: {interval: often}                             | /podMonitor/interval
            prometheusRule: {overrides: {SinkDown: {four: 1m}}}       | /prometheusRule/overrides/SinkDown
            prometheusRule: {runbookBaseUrl: docs}                    | /prometheusRule/runbookBaseUrl
            dashboard: {label: x}                                     | /dashboard
            extraEnv: [{value: x}]                                    | /extraEnv/0
            """)
    void schemaRefuses(String yaml, String where) {
        assertThatThrownBy(() -> Chart.least().and(yaml).text())
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(where);
    }

    @Test
    void twoMonitorsForTheSamePodsAreRefused() {
        assertThatThrownBy(() -> Chart.least()
                        .and("podMonitor: {enabled: true}\nserviceMonitor: {enabled: true}")
                        .text())
                .hasMessageContaining("every pod would be scraped twice");
        assertThatThrownBy(() -> Chart.least()
                        .and("service: {enabled: false}\nserviceMonitor: {enabled: true}")
                        .text())
                .hasMessageContaining("serviceMonitor.enabled is true, but service.enabled is false");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicaCount: 2                                  | replicaCount is 2, but the embedded database serves one instance: set database.url
            {autoscaling: {type: keda, partitions: 6}, kafka: {bootstrapServers: 'k.s:9092'}} | autoscaling.type is keda, but the embedded database serves one instance: set database.url
            autoscaling: {type: hpa, partitions: 6}          | autoscaling.type is hpa, but the embedded database serves one instance: set database.url
            persistence: {enabled: false}                    | persistence.enabled is false, so the embedded database would forget
            """)
    void embeddedDatabaseIsRefusedWithout(String yaml, String message) {
        assertThatThrownBy(() -> Chart.least().and(yaml).text()).hasMessageContaining(message);
        String elsewhere = yaml.contains("type: hpa") ? yaml.replace("6}", "6, maxReplicas: 6}") : yaml;
        assertThat(Chart.least().and(elsewhere).and(DATABASE).render().kinds())
                .as("with a database of its own it works")
                .doesNotContain("PersistentVolumeClaim");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            autoscaling: {type: keda, partitions: 6, maxReplicas: 7}    | autoscaling.maxReplicas is 7, but 6 partitions
            autoscaling: {type: hpa, partitions: 6, maxReplicas: 7}     | autoscaling.maxReplicas is 7, but 6 partitions
            autoscaling: {type: hpa, partitions: 6, minReplicas: 4}     | autoscaling.minReplicas is 4, more than autoscaling.maxReplicas, 3
            autoscaling: {type: keda, partitions: 6, keda: {fallback: {replicas: 4}}} | autoscaling.keda.fallback.replicas is 4
            autoscaling: {type: hpa, partitions: 6, hpa: {targetCPUUtilizationPercentage: null}} | set autoscaling.hpa.targetCPUUtilizationPercentage
            terminationGracePeriodSeconds: 74                           | terminationGracePeriodSeconds is 74, but the pod may take 75 s to stop
            shutdown: {phaseTimeoutSeconds: 38}                         | terminationGracePeriodSeconds is 90, but the pod may take 91 s to stop
            lifecycle: {preStop: {sleep: {seconds: 16}}}                | 91 s to stop (two phases of shutdown.phaseTimeoutSeconds, 30 s, and 15 s, and 16 s of sleep in lifecycle.preStop): set it to 91 or more
            lifecycle: {preStop: {exec: {command: [sh, -c, sleep 10; true; sleep 6]}}} | and 16 s of sleep in lifecycle.preStop): set it to 91 or more
            lifecycle: {preStop: {exec: {command: [sleep, '20']}}}      | and 20 s of sleep in lifecycle.preStop): set it to 95 or more
            extraEnv: [{name: JDK_JAVA_OPTIONS, value: -Xmx1g}]         | extraEnv must not set JDK_JAVA_OPTIONS, which the chart sets: use jvm.options
            rollingUpdate: {maxSurge: 0}                                | rollingUpdate.maxSurge and rollingUpdate.maxUnavailable are both 0
            podDisruptionBudget: {maxUnavailable: null}                 | podDisruptionBudget.maxUnavailable or podDisruptionBudget.minAvailable
            podDisruptionBudget: {maxUnavailable: 0}                    | podDisruptionBudget.maxUnavailable is 0, so no pod could ever be evicted
            podDisruptionBudget: {maxUnavailable: 0%}                   | podDisruptionBudget.maxUnavailable is 0%, so no pod could ever be evicted
            podDisruptionBudget: {minAvailable: 1}                      | podDisruptionBudget.minAvailable is 1, of 1 (replicaCount), so no pod could ever be evicted
            podDisruptionBudget: {minAvailable: 50%}                    | podDisruptionBudget.minAvailable is 50%, of 1 (replicaCount)
            {podDisruptionBudget: {minAvailable: 67%}, replicaCount: 3} | podDisruptionBudget.minAvailable is 67%, of 3 (replicaCount)
            {podDisruptionBudget: {minAvailable: 2}, autoscaling: {type: hpa, partitions: 6, minReplicas: 2}} | podDisruptionBudget.minAvailable is 2, of 2 (autoscaling.minReplicas)
            autoscaling: {type: keda, partitions: 6}                    | the short name kafka:9092 leads nowhere: set kafka.bootstrapServers to a full name (e.g. kafka.exposures.svc:9092)
            {autoscaling: {type: keda, partitions: 6}, kafka: {bootstrapServers: 'a.b:1,c:2'}}   | the short name c:2 leads nowhere
            autoscaling: {type: keda, partitions: 6, keda: {metadata: {topic: other}}}           | autoscaling.keda.metadata must not set topic, which has to be the service's: use the value kafka.topics
            autoscaling: {type: keda, partitions: 6, keda: {metadata: {consumerGroup: other}}}   | use the value kafka.groupId
            persistence: {existingClaim: mine}                          | persistence.existingClaim is set, but the database is not the embedded one
            kafka: {securityProtocol: SSL, tls: {existingSecret: s, certKey: c}} | kafka.tls.certKey is set, but kafka.tls.keyKey is not
            kafka: {securityProtocol: SSL, tls: {existingSecret: s, caKey: ''}}  | kafka.tls.existingSecret is set, but no key of it
            kafka: {securityProtocol: SSL, tls: {existingSecret: s, keyKey: c}}  | kafka.tls.keyKey is set, but kafka.tls.certKey is not
            """)
    void valuesThatContradictEachOtherAreRefused(String yaml, String message) {
        assertThatThrownBy(() -> Chart.least().and(yaml).and(DATABASE).text()).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{podDisruptionBudget: {minAvailable: 66%}, replicaCount: 3}",
                "{podDisruptionBudget: {minAvailable: 1}, replicaCount: 2}",
                "{podDisruptionBudget: {minAvailable: 1}, replicaCount: 0}",
                "{podDisruptionBudget: {minAvailable: 1, enabled: false}}",
                "{podDisruptionBudget: {maxUnavailable: 1%}}",
                "{lifecycle: {preStop: {sleep: {seconds: 15}}}}",
            })
    void budgetThatLetsAPodGoAndHookThatFitsAreTaken(String yaml) {
        assertThat(Chart.least().and(yaml).and(DATABASE).render().kinds()).contains("Deployment");
    }

    @Test
    void mostInstancesAreBoundedByTheirThreads() {
        String threads =
                "autoscaling: {type: hpa, partitions: 11, maxReplicas: %d}\nkafka: {concurrency: 2}" + DATABASE;
        assertThat(Chart.least().and(threads.formatted(6)).render().kinds()).contains("HorizontalPodAutoscaler");
        assertThatThrownBy(() -> Chart.least().and(threads.formatted(7)).text())
                .hasMessageContaining("keep only 6 instances of kafka.concurrency 2 busy");
    }
}
