{{/* A map of Kafka's properties, whose names have dots: in brackets, so that Spring takes them whole, and as text. */}}
{{- define "exposure-intake.kafkaProperties" -}}
{{- range $name, $value := . }}
{{ printf "[%s]" $name | quote }}: {{ if kindIs "float64" $value }}{{ if eq (float64 (int64 $value)) $value }}{{ int64 $value | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end }}

{{/* What the chart's values say, as configuration of the service. */}}
{{- define "exposure-intake.ownConfig" -}}
{{- $v := .Values -}}
intake:
  topics: {{ toJson $v.kafka.topics }}
  initial-position: {{ $v.kafka.initialPosition | quote }}
  partition-detection: {{ $v.kafka.partitionDetection | quote }}
  dedupe:
    window: {{ $v.dedupe.window | quote }}
  delivery:
    type: {{ $v.delivery.type }}
    {{- if eq $v.delivery.type "kafka" }}
    kafka:
      topic: {{ $v.delivery.kafka.topic | quote }}
    {{- end }}
spring:
  lifecycle:
    timeout-per-shutdown-phase: {{ printf "%ds" (int $v.shutdown.phaseTimeoutSeconds) }}
  {{- if or $v.database.url (include "exposure-intake.embedded" .) }}
  datasource:
    {{- if $v.database.url }}
    url: {{ $v.database.url | quote }}
    {{- else }}
    url: jdbc:h2:file:/var/lib/exposure-intake/data/exposure-intake;WRITE_DELAY=0;LOCK_TIMEOUT=5000;DB_CLOSE_ON_EXIT=FALSE;NON_KEYWORDS=MINUTE
    {{- end }}
  {{- end }}
  kafka:
    {{- with include "exposure-intake.bootstrapServers" . }}
    bootstrap-servers: {{ . | quote }}
    {{- end }}
    consumer:
      group-id: {{ $v.kafka.groupId | quote }}
      properties:
        "[group.protocol]": {{ $v.kafka.groupProtocol }}
        {{- if $v.staticMembership.enabled }}
        # Each thread appends its number.
        "[group.instance.id]": ${POD_NAME}
        {{- if eq $v.kafka.groupProtocol "classic" }}
        "[session.timeout.ms]": {{ mul 1000 (int $v.staticMembership.sessionTimeoutSeconds) | quote }}
        {{- end }}
        {{- end }}
        {{- include "exposure-intake.kafkaProperties" $v.kafka.consumerProperties | indent 8 }}
    listener:
      concurrency: {{ int $v.kafka.concurrency }}
    security:
      protocol: {{ $v.kafka.securityProtocol }}
    {{- if include "exposure-intake.kafkaSasl" . }}
    # Not sasl.jaas.config, which would not take every password.
    jaas:
      enabled: true
      login-module: org.apache.kafka.common.security.{{ if eq $v.kafka.sasl.mechanism "PLAIN" }}plain.PlainLoginModule{{ else }}scram.ScramLoginModule{{ end }}
      options:
        username: ${KAFKA_USERNAME}
        password: ${KAFKA_PASSWORD}
    {{- end }}
    {{- if include "exposure-intake.kafkaBundle" . }}
    ssl:
      bundle: kafka
    {{- end }}
    {{- if or $v.kafka.properties (include "exposure-intake.kafkaSasl" .) }}
    properties:
      {{- if include "exposure-intake.kafkaSasl" . }}
      "[sasl.mechanism]": {{ $v.kafka.sasl.mechanism }}
      {{- end }}
      {{- include "exposure-intake.kafkaProperties" $v.kafka.properties | indent 6 }}
    {{- end }}
  {{- if or (include "exposure-intake.kafkaBundle" .) $v.server.tls.existingSecret }}
  ssl:
    bundle:
      pem:
        {{- if include "exposure-intake.kafkaBundle" . }}
        kafka:
          reload-on-update: true
          {{- with $v.kafka.tls.caKey }}
          truststore:
            certificate: file:/etc/exposure-intake/tls/kafka{{ if $v.kafka.tls.caSecret }}-ca{{ end }}/{{ . }}
          {{- end }}
          {{- if $v.kafka.tls.certKey }}
          keystore:
            certificate: file:/etc/exposure-intake/tls/kafka/{{ $v.kafka.tls.certKey }}
            private-key: file:/etc/exposure-intake/tls/kafka/{{ $v.kafka.tls.keyKey }}
          {{- end }}
        {{- end }}
        {{- if $v.server.tls.existingSecret }}
        server:
          reload-on-update: true
          keystore:
            certificate: file:/etc/exposure-intake/tls/server/{{ $v.server.tls.certKey }}
            private-key: file:/etc/exposure-intake/tls/server/{{ $v.server.tls.keyKey }}
        {{- end }}
  {{- end }}
server:
  port: {{ int $v.server.port }}
  {{- if $v.server.tls.existingSecret }}
  ssl:
    bundle: server
  {{- end }}
{{- if eq (include "exposure-intake.managementPortName" .) "management" }}
management:
  server:
    port: {{ int $v.management.port }}
    {{- if $v.server.tls.existingSecret }}
    ssl:
      bundle: server
    {{- end }}
{{- end }}
{{- if or (ne $v.logging.format "plain") $v.logging.levels }}
logging:
  {{- if ne $v.logging.format "plain" }}
  structured:
    format:
      console: {{ $v.logging.format }}
  {{- end }}
  {{- with $v.logging.levels }}
  level:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The whole application.yaml: what the values say, and over it the free configuration. */}}
{{- define "exposure-intake.config" -}}
{{- $own := fromYaml (include "exposure-intake.ownConfig" .) }}
{{- with $own.Error }}{{ fail (printf "the configuration is no YAML: %s" .) }}{{ end }}
{{- $text := toYaml (mergeOverwrite $own (deepCopy .Values.config)) }}
{{- include "exposure-intake.refuseSecrets" (toYaml .Values.config) }}
{{- $text }}
{{- end }}
