{{/* Refuses values that can't work together, each with what to set. Included by the workload. */}}
{{- define "exposure-intake.validate" -}}
{{- $v := .Values }}
{{- if not (or $v.kafka.bootstrapServers $v.existingConfigMap) }}
{{- fail "kafka.bootstrapServers is required: set it to your brokers, e.g. --set kafka.bootstrapServers='kafka-1:9092\\,kafka-2:9092'" }}
{{- end }}
{{- include "exposure-intake.validateKafka" . }}
{{- include "exposure-intake.validateConfig" . }}
{{- include "exposure-intake.validateResources" . }}
{{- if eq $v.delivery.type "kafka" }}
{{- if or $v.database.url $v.database.urlKey $v.database.existingSecret $v.database.tls.existingSecret }}
{{- fail "delivery.type is kafka, which needs no database: remove what is set under database, or set delivery.type to jdbc" }}
{{- end }}
{{- if has $v.delivery.kafka.topic $v.kafka.topics }}
{{- fail (printf "delivery.kafka.topic is %s, which is read: name a topic of its own for the results" $v.delivery.kafka.topic) }}
{{- end }}
{{- if not (has ($v.dedupe.window | toString) (list "0" "0s" "PT0S")) }}
{{- fail "dedupe.window is set, but delivery.type is kafka: set it to \"0\", and have the engine that adds the results up drop duplicates" }}
{{- end }}
{{- end }}
{{- if and $v.database.urlKey (not $v.database.existingSecret) }}
{{- fail "database.urlKey names a key of database.existingSecret, which is not set" }}
{{- end }}
{{- include "exposure-intake.refusePassword" (dict "where" "database.url" "url" $v.database.url) }}
{{- range splitList "," (regexReplaceAll "[/?;].*$" (regexReplaceAll "^jdbc:[a-z0-9]+:(tcp:|ssl:)?(//)?" $v.database.url "") "") }}
{{- include "exposure-intake.refusePort" (dict "where" "database.url" "server" .) }}
{{- end }}
{{- if and $v.database.existingSecret (include "exposure-intake.embedded" .) }}
{{- fail "database.existingSecret is set, but no URL: the embedded database would be used, and the secret ignored. Set database.url, or database.urlKey to the key of the URL in the secret; remove database.existingSecret for the embedded database" }}
{{- end }}
{{- if and $v.database.tls.existingSecret (include "exposure-intake.embedded" .) }}
{{- fail "database.tls.existingSecret is set, but the database is the embedded one, which has no TLS: set database.url or database.urlKey" }}
{{- end }}
{{- if include "exposure-intake.embedded" . }}
{{- if gt (int $v.replicaCount) 1 }}
{{- fail (printf "replicaCount is %d, but the embedded database serves one instance: set database.url (and database.existingSecret) to a PostgreSQL database, or replicaCount to 1" (int $v.replicaCount)) }}
{{- end }}
{{- if include "exposure-intake.autoscaled" . }}
{{- fail (printf "autoscaling.type is %s, but the embedded database serves one instance: set database.url (and database.existingSecret) to a PostgreSQL database, or autoscaling.type to none" $v.autoscaling.type) }}
{{- end }}
{{- if not (or $v.persistence.enabled $v.persistence.existingClaim) }}
{{- fail "persistence.enabled is false, so the embedded database would forget counts and positions at every restart: set database.url (and database.existingSecret) to a PostgreSQL database, or persistence.enabled to true" }}
{{- end }}
{{- else if and $v.persistence.existingClaim }}
{{- fail "persistence.existingClaim is set, but the database is not the embedded one: set either that or database.url (or delivery.type to kafka)" }}
{{- end }}
{{- if include "exposure-intake.autoscaled" . }}
{{- if kindIs "invalid" $v.autoscaling.partitions }}
{{- fail (printf "autoscaling.type is %s, but autoscaling.partitions is not set: set it to the number of partitions of all topics together, beyond which an instance has nothing to do" $v.autoscaling.type) }}
{{- end }}
{{- $most := int (ceil (divf $v.autoscaling.partitions $v.kafka.concurrency)) }}
{{- if gt (int $v.autoscaling.maxReplicas) $most }}
{{- fail (printf "autoscaling.maxReplicas is %d, but %d partitions (autoscaling.partitions) keep only %d instances of kafka.concurrency %d busy: set it to %d or less" (int $v.autoscaling.maxReplicas) (int $v.autoscaling.partitions) $most (int $v.kafka.concurrency) $most) }}
{{- end }}
{{- if gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas) }}
{{- fail (printf "autoscaling.minReplicas is %d, more than autoscaling.maxReplicas, %d" (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) }}
{{- end }}
{{- if gt (int $v.autoscaling.keda.fallback.replicas) (int $v.autoscaling.maxReplicas) }}
{{- fail (printf "autoscaling.keda.fallback.replicas is %d, more than autoscaling.maxReplicas, %d" (int $v.autoscaling.keda.fallback.replicas) (int $v.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and (eq $v.autoscaling.type "hpa") (not (or $v.autoscaling.hpa.targetCPUUtilizationPercentage $v.autoscaling.hpa.targetMemoryUtilizationPercentage $v.autoscaling.hpa.metrics)) }}
{{- fail "autoscaling.type is hpa, but nothing says by what to scale: set autoscaling.hpa.targetCPUUtilizationPercentage or autoscaling.hpa.metrics" }}
{{- end }}
{{- end }}
{{- $preStop := int (dig "preStop" "sleep" "seconds" 0 $v.lifecycle) }}
{{- range regexFindAll "\\bsleep +[0-9]+" (join " " (dig "preStop" "exec" "command" list $v.lifecycle)) -1 }}
{{- $preStop = add $preStop (atoi (regexFind "[0-9]+" .)) }}
{{- end }}
{{- $least := add (mul 2 (int $v.shutdown.phaseTimeoutSeconds)) 15 $preStop }}
{{- if lt (int $v.terminationGracePeriodSeconds) (int $least) }}
{{- fail (printf "terminationGracePeriodSeconds is %d, but the pod may take %d s to stop (two phases of shutdown.phaseTimeoutSeconds, %d s, and 15 s%s): set it to %d or more" (int $v.terminationGracePeriodSeconds) $least (int $v.shutdown.phaseTimeoutSeconds) (ternary (printf ", and %d s of sleep in lifecycle.preStop" $preStop) "" (gt (int $preStop) 0)) $least) }}
{{- end }}
{{- if and (not $v.staticMembership.enabled) (not (include "exposure-intake.embedded" .)) (has (toString $v.rollingUpdate.maxSurge) (list "0" "0%")) (has (toString $v.rollingUpdate.maxUnavailable) (list "0" "0%")) }}
{{- fail "rollingUpdate.maxSurge and rollingUpdate.maxUnavailable are both 0, so no pod could ever be replaced: set one of them to 1" }}
{{- end }}
{{- if and $v.podMonitor.enabled $v.serviceMonitor.enabled }}
{{- fail "podMonitor.enabled and serviceMonitor.enabled are both true, so every pod would be scraped twice: set one of them to false" }}
{{- end }}
{{- range list "serviceMonitor" "ingress" }}
{{- if and (get (get $v .) "enabled") (not $v.service.enabled) }}
{{- fail (printf "%s.enabled is true, but service.enabled is false, and it needs the Service" .) }}
{{- end }}
{{- end }}
{{- if and $v.ingress.enabled (not $v.ingress.hosts) }}
{{- fail "ingress.enabled is true, but ingress.hosts is empty: the endpoints would answer to every name. Name at least one host" }}
{{- end }}
{{- if $v.podDisruptionBudget.enabled }}
{{- include "exposure-intake.validateBudget" . }}
{{- end }}
{{- if eq $v.autoscaling.type "keda" }}
{{- include "exposure-intake.validateKeda" . }}
{{- end }}
{{- end }}

{{/* Refuses a budget that lets no pod go: the drain of a node would wait for ever. */}}
{{- define "exposure-intake.validateBudget" -}}
{{- $budget := .Values.podDisruptionBudget }}
{{- $scaled := include "exposure-intake.autoscaled" . }}
{{- $pods := int (ternary .Values.autoscaling.minReplicas .Values.replicaCount (not (empty $scaled))) }}
{{- if kindIs "invalid" $budget.minAvailable }}
{{- if kindIs "invalid" $budget.maxUnavailable }}
{{- fail "podDisruptionBudget needs podDisruptionBudget.maxUnavailable or podDisruptionBudget.minAvailable" }}
{{- end }}
{{- if has (toString $budget.maxUnavailable) (list "0" "0%") }}
{{- fail (printf "podDisruptionBudget.maxUnavailable is %v, so no pod could ever be evicted and no node drained: set it to 1" $budget.maxUnavailable) }}
{{- end }}
{{- else }}
{{- $stay := $budget.minAvailable }}
{{- if kindIs "string" $stay }}
{{- $stay = ceil (divf (mul $pods (atoi (trimSuffix "%" $stay))) 100) }}
{{- end }}
{{- if and (gt $pods 0) (ge (int $stay) $pods) }}
{{- fail (printf "podDisruptionBudget.minAvailable is %v, of %d (%s), so no pod could ever be evicted and no node drained: set it to null (maxUnavailable counts then), or to less than there are" $budget.minAvailable $pods (ternary "autoscaling.minReplicas" "replicaCount" (not (empty $scaled)))) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Refuses what KEDA, which asks the brokers itself and from its own namespace, could not work with. */}}
{{- define "exposure-intake.validateKeda" -}}
{{- $metadata := default dict .Values.autoscaling.keda.metadata }}
{{- range $key, $value := dict "topic" "kafka.topics" "consumerGroup" "kafka.groupId" }}
{{- if hasKey $metadata $key }}
{{- fail (printf "autoscaling.keda.metadata must not set %s, which has to be the service's: use the value %s" $key $value) }}
{{- end }}
{{- end }}
{{- if not (get $metadata "bootstrapServers") }}
{{- $servers := include "exposure-intake.bootstrapServers" . }}
{{- if not $servers }}
{{- fail "kafka.bootstrapServers is required for autoscaling.type keda" }}
{{- end }}
{{- range splitList "," $servers }}
{{- if not (or (contains "." .) (hasPrefix "[" .)) }}
{{- fail (printf "autoscaling.type is keda, and KEDA asks the brokers from its own namespace, where the short name %s leads nowhere: set kafka.bootstrapServers to a full name (e.g. kafka.%s.svc:9092), or autoscaling.keda.metadata.bootstrapServers for KEDA alone" . $.Release.Namespace) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Refuses a secret in the free configuration: its text is that of a ConfigMap. Call with the text. */}}
{{- define "exposure-intake.refuseSecrets" -}}
{{- range regexFindAll "(?im)^[ \"'-]*[^ :]*(password|passphrase|jaas\\.config|jaas-config|secret)[^:\\n]*:[ \\t]+\\S.*$" . -1 }}
{{- if not (regexMatch ":[ \\t]+(\"\"|''|.*\\$\\{.*|[|>][-+]?)$" .) }}
{{- fail (printf "config must not hold a password, because a ConfigMap is no place for it: give %s as ${NAME}, and the variable by extraEnv from a Secret" (regexReplaceAll ":.*$" (trim .) "" | quote)) }}
{{- end }}
{{- end }}
{{- end }}
