{{/* Refuses what contradicts the brokers, the login and the topics. */}}
{{- define "exposure-intake.validateKafka" -}}
{{- $k := .Values.kafka }}
{{- range splitList "," (include "exposure-intake.bootstrapServers" .) }}
{{- include "exposure-intake.refusePort" (dict "where" "kafka.bootstrapServers" "server" .) }}
{{- end }}
{{- $suffix := ".dlt" }}
{{- range splitList "\n" (include "exposure-intake.flatten" (dict "at" "" "value" .Values.config)) }}
{{- if hasPrefix "intake.deadletter.topicsuffix\t" . }}{{ $suffix = trimPrefix "intake.deadletter.topicsuffix\t" . }}{{ end }}
{{- end }}
{{- range $k.topics }}
{{- if has . (list "." "..") }}
{{- fail (printf "kafka.topics must not hold %q, which Kafka takes for no topic's name" .) }}
{{- end }}
{{- $deadLetters := printf "%s%s" . $suffix }}
{{- if has $deadLetters $k.topics }}
{{- fail (printf "kafka.topics holds %s and %s, which is where the dead letters of the first go: each would be read, refused and published again. Remove %s" . $deadLetters $deadLetters) }}
{{- end }}
{{- if gt (len $deadLetters) 249 }}
{{- fail (printf "kafka.topics holds a name of %d characters: with %s it would be longer than the 249 that Kafka takes, and its dead letters could not be published" (len .) $suffix) }}
{{- end }}
{{- end }}
{{- if include "exposure-intake.kafkaSasl" . }}
{{- if not $k.sasl.existingSecret }}
{{- fail (printf "kafka.securityProtocol is %s, but kafka.sasl.existingSecret is not set: name the Secret with the user's password" $k.securityProtocol) }}
{{- end }}
{{- else if or $k.sasl.existingSecret $k.sasl.username }}
{{- fail (printf "kafka.sasl.%s is set, but kafka.securityProtocol is %s, which has no login, so it would be ignored: set kafka.securityProtocol to SASL_SSL or SASL_PLAINTEXT, or remove it" (ternary "existingSecret" "username" (not (empty $k.sasl.existingSecret))) $k.securityProtocol) }}
{{- end }}
{{- range $name := list "existingSecret" "caSecret" "certKey" "keyKey" }}
{{- if and (get $k.tls $name) (not (include "exposure-intake.kafkaTls" $)) }}
{{- fail (printf "kafka.tls.%s is set, but kafka.securityProtocol is %s, which has no TLS, so it would be ignored: set kafka.securityProtocol to %s, or remove it" $name $k.securityProtocol (ternary "SASL_SSL" "SSL" (hasPrefix "SASL" $k.securityProtocol))) }}
{{- end }}
{{- if and (hasSuffix "Key" $name) (get $k.tls $name) (not $k.tls.existingSecret) }}
{{- fail (printf "kafka.tls.%s names a key of kafka.tls.existingSecret, which is not set" $name) }}
{{- end }}
{{- end }}
{{- if and $k.tls.certKey (not $k.tls.keyKey) }}
{{- fail "kafka.tls.certKey is set, but kafka.tls.keyKey is not: mutual TLS needs both" }}
{{- end }}
{{- if and $k.tls.keyKey (not $k.tls.certKey) }}
{{- fail "kafka.tls.keyKey is set, but kafka.tls.certKey is not: mutual TLS needs both" }}
{{- end }}
{{- if and $k.tls.existingSecret (not $k.tls.caSecret) (not (or $k.tls.caKey $k.tls.certKey)) }}
{{- fail "kafka.tls.existingSecret is set, but no key of it: set kafka.tls.caKey, or kafka.tls.certKey and kafka.tls.keyKey" }}
{{- end }}
{{- if and $k.tls.caSecret (not $k.tls.caKey) }}
{{- fail "kafka.tls.caSecret is set, but kafka.tls.caKey is not: set it to the key of the certificates in it, e.g. ca.crt" }}
{{- end }}
{{- if and $k.tls.caSecret $k.tls.existingSecret (not $k.tls.certKey) }}
{{- fail "kafka.tls.caSecret and kafka.tls.existingSecret are both set, but no key of the second: set kafka.tls.certKey and kafka.tls.keyKey, or remove kafka.tls.existingSecret" }}
{{- end }}
{{- include "exposure-intake.refuseDuration" (list "kafka.partitionDetection" $k.partitionDetection 100 300000 "from 100ms to 5m") }}
{{- if ne (include "exposure-intake.millis" .Values.dedupe.window) "0" }}
{{- include "exposure-intake.refuseDuration" (list "dedupe.window" .Values.dedupe.window 60000 2678400000 "0 (off), or from 1m to 31d") }}
{{- end }}
{{- range $name, $properties := dict "kafka.properties" $k.properties "kafka.consumerProperties" $k.consumerProperties }}
{{- range $key, $value := $properties }}
{{- include "exposure-intake.refuseProperty" (dict "root" $ "where" (printf "%s.%s" $name $key) "name" $key "value" $value) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Refuses a property of Kafka's that the chart or the service sets. Call with (dict "root" $ "where" <value's name> "name" <property> "value" <value>). */}}
{{- define "exposure-intake.refuseProperty" -}}
{{- $value := lower (toString .value) }}
{{- $instead := get (dict
  "bootstrap.servers" "kafka.bootstrapServers"
  "security.protocol" "kafka.securityProtocol"
  "sasl.mechanism" "kafka.sasl.mechanism"
  "sasl.jaas.config" "kafka.sasl.existingSecret"
  "group.id" "kafka.groupId"
  "group.protocol" "kafka.groupProtocol"
  "group.instance.id" "staticMembership.enabled"
  "metadata.max.age.ms" "kafka.partitionDetection") .name }}
{{- if regexMatch "^ssl\\.(key|trust)store" .name }}{{ $instead = "kafka.tls" }}{{ end }}
{{- if and .root.Values.staticMembership.enabled (eq .name "session.timeout.ms") }}{{ $instead = "staticMembership.sessionTimeoutSeconds" }}{{ end }}
{{- if $instead }}
{{- fail (printf "%s must not be set, because the chart sets it and other objects have to agree with it: use the value %s" .where $instead) }}
{{- end }}
{{- if and (eq .name "auto.offset.reset") (ne $value "earliest") }}
{{- fail (printf "%s is %v, but only earliest is allowed, or records of new partitions would be lost: where the group starts the first time is said by kafka.initialPosition" .where .value) }}
{{- end }}
{{- if and (eq .name "enable.auto.commit") (ne $value "false") }}
{{- fail (printf "%s is %v, but only false is allowed: offsets are committed after their records are counted" .where .value) }}
{{- end }}
{{- if eq .name "max.poll.records" }}
{{- fail (printf "%s must not be set, because the service sets it: use config.intake.poll.max-records" .where) }}
{{- end }}
{{- if has .name (list "key.deserializer" "value.deserializer" "key.serializer" "value.serializer") }}
{{- fail (printf "%s must not be set: records are read and written as bytes" .where) }}
{{- end }}
{{- if and (eq .root.Values.kafka.groupProtocol "consumer") (has .name (list "session.timeout.ms" "heartbeat.interval.ms" "partition.assignment.strategy")) }}
{{- fail (printf "%s must not be set while kafka.groupProtocol is consumer: the brokers say it then, and the client refuses it" .where) }}
{{- end }}
{{- end }}

{{/* Refuses a duration out of bounds. Call with (list <value's name> <text> <least ms> <most ms> <what is allowed>). */}}
{{- define "exposure-intake.refuseDuration" -}}
{{- $millis := int64 (include "exposure-intake.millis" (index . 1)) }}
{{- if or (lt $millis (int64 (index . 2))) (gt $millis (int64 (index . 3))) }}
{{- fail (printf "%s is %v, but allowed is: %s" (index . 0) (index . 1) (index . 4)) }}
{{- end }}
{{- end }}

{{/* Refuses a port that is none. Call with (dict "where" <value's name> "server" <host:port>). */}}
{{- define "exposure-intake.refusePort" -}}
{{- with regexFind ":[0-9]+$" .server }}
{{- $port := int64 (trimPrefix ":" .) }}
{{- if or (lt $port 1) (gt $port 65535) }}
{{- fail (printf "%s names the port %d: ports go from 1 to 65535" $.where $port) }}
{{- end }}
{{- end }}
{{- end }}
