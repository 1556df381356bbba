{{/* Refuses values that can't work together, each with what to set. Included by the workload. */}}
{{- define "exposure-intake.validate" -}}
{{- $v := .Values }}
{{- if not (or $v.kafka.bootstrapServers $v.existingConfigMap) }}
{{- fail "kafka.bootstrapServers is required: set it to your brokers, e.g. --set kafka.bootstrapServers='kafka-1:9092\\,kafka-2:9092'" }}
{{- end }}
{{- $paths := dict
  "server.port" "server.port"
  "management.server.port" "management.port"
  "spring.lifecycle.timeout-per-shutdown-phase" "shutdown.phaseTimeoutSeconds"
  "spring.kafka.consumer.group-id" "kafka.groupId"
  "spring.kafka.listener.concurrency" "kafka.concurrency"
  "intake.topics" "kafka.topics" }}
{{- range $path, $value := $paths }}
{{- $at := $v.config }}
{{- range splitList "." $path }}
{{- $at = ternary (get (ternary $at dict (kindIs "map" $at)) .) "" (kindIs "map" $at) }}
{{- end }}
{{- if or $at (hasKey $v.config $path) }}
{{- fail (printf "config must not set %s, which other objects of the chart have to agree with: use the value %s" $path $value) }}
{{- end }}
{{- end }}
{{- if and $v.database.urlKey (not $v.database.existingSecret) }}
{{- fail "database.urlKey names a key of database.existingSecret, which is not set" }}
{{- end }}
{{- if and $v.kafka.tls.certKey (not $v.kafka.tls.keyKey) }}
{{- fail "kafka.tls.certKey is set, but kafka.tls.keyKey is not: mutual TLS needs both" }}
{{- end }}
{{- if and $v.kafka.tls.keyKey (not $v.kafka.tls.certKey) }}
{{- fail "kafka.tls.keyKey is set, but kafka.tls.certKey is not: mutual TLS needs both" }}
{{- end }}
{{- if and $v.kafka.tls.existingSecret (not (or $v.kafka.tls.caKey $v.kafka.tls.certKey)) }}
{{- fail "kafka.tls.existingSecret is set, but no key of it: set kafka.tls.caKey, or kafka.tls.certKey and kafka.tls.keyKey" }}
{{- end }}
{{- if regexMatch "(?i)[?&;]password=" $v.database.url }}
{{- fail "database.url must not hold a password: put it into a Secret, and name that in database.existingSecret" }}
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
{{- fail "persistence.existingClaim is set, but the database is not the embedded one: set either that or database.url" }}
{{- end }}
{{- if include "exposure-intake.autoscaled" . }}
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
{{- range $v.extraEnv }}
{{- if eq (toString .name) "JDK_JAVA_OPTIONS" }}
{{- fail "extraEnv must not set JDK_JAVA_OPTIONS, which the chart sets: use jvm.options" }}
{{- end }}
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
