{{/* Name of the chart, or the override. */}}
{{- define "exposure-intake.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Name of the objects; 52 characters at most, so that the label with a StatefulSet's revision, its name and a hash, fits into 63. */}}
{{- define "exposure-intake.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if contains (include "exposure-intake.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "exposure-intake.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What the workload finds its pods by; it can never change, so nothing that the values say is in it but the name. */}}
{{- define "exposure-intake.selectorLabels" -}}
app.kubernetes.io/name: {{ include "exposure-intake.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Selector of the pods of the workload, and not of the test. */}}
{{- define "exposure-intake.podLabels" -}}
{{ include "exposure-intake.selectorLabels" . }}
app.kubernetes.io/component: consumer
{{- end }}

{{- define "exposure-intake.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/version" (include "exposure-intake.version" . | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/managed-by" .Release.Service
  "app.kubernetes.io/part-of" "exposure-intake" }}
{{- toYaml (merge (fromYaml (include "exposure-intake.selectorLabels" .)) $own (default dict .Values.commonLabels)) }}
{{- end }}

{{/* Annotations of an object's metadata: the common ones and its own. Call with (dict "root" $ "own" <map>). */}}
{{- define "exposure-intake.annotations" -}}
{{- with merge (dict) (default dict .own) (default dict .root.Values.commonAnnotations) }}
  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}

{{/* Reference of an image. Call with (dict "image" <values> "tag" <default tag>). */}}
{{- define "exposure-intake.image" -}}
{{- with .image.registry }}{{ . }}/{{ end }}{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ default .tag .image.tag }}{{ end }}
{{- end }}

{{/* Version of the service that runs: the image's tag, or where only a digest says which, its beginning. */}}
{{- define "exposure-intake.version" -}}
{{- if and .Values.image.digest (not .Values.image.tag) }}{{ .Values.image.digest | replace ":" "-" | trunc 19 }}
{{- else }}{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{- define "exposure-intake.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "exposure-intake.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Name of the port with the management endpoints. */}}
{{- define "exposure-intake.managementPortName" -}}
{{- if and .Values.management.port (ne (int .Values.management.port) (int .Values.server.port)) }}management{{ else }}http{{ end }}
{{- end }}

{{- define "exposure-intake.managementPort" -}}
{{- int (default .Values.server.port .Values.management.port) }}
{{- end }}

{{- define "exposure-intake.scheme" -}}
{{- if .Values.server.tls.existingSecret }}https{{ else }}http{{ end }}
{{- end }}

{{/* Not empty where the free configuration or the environment says the URL of the database. */}}
{{- define "exposure-intake.configuredUrl" -}}
{{- range splitList "\n" (include "exposure-intake.flatten" (dict "at" "" "value" .Values.config)) }}{{ if regexMatch "^spring\\.datasource\\.(hikari\\.)?(jdbc)?url\t." . }}true{{ end }}{{ end }}
{{- range .Values.extraEnv }}{{ if eq .name "SPRING_DATASOURCE_URL" }}true{{ end }}{{ end }}
{{- end }}

{{/* Not empty where the service counts into its embedded database. */}}
{{- define "exposure-intake.embedded" -}}
{{- if not (or (eq .Values.delivery.type "kafka") .Values.database.url .Values.database.urlKey (include "exposure-intake.configuredUrl" .)) }}true{{ end }}
{{- end }}

{{- define "exposure-intake.claimName" -}}
{{- default (include "exposure-intake.fullname" .) .Values.persistence.existingClaim }}
{{- end }}

{{- define "exposure-intake.autoscaled" -}}
{{- if ne .Values.autoscaling.type "none" }}true{{ end }}
{{- end }}

{{- define "exposure-intake.kind" -}}
{{- if .Values.staticMembership.enabled }}StatefulSet{{ else }}Deployment{{ end }}
{{- end }}

{{/* Not empty where Kafka's protocol uses TLS, or SASL. */}}
{{- define "exposure-intake.kafkaTls" -}}
{{- if has .Values.kafka.securityProtocol (list "SSL" "SASL_SSL") }}true{{ end }}
{{- end }}
{{/* Not empty where the clients have certificates from secrets. */}}
{{- define "exposure-intake.kafkaBundle" -}}
{{- if and (include "exposure-intake.kafkaTls" .) (or .Values.kafka.tls.existingSecret .Values.kafka.tls.caSecret) }}true{{ end }}
{{- end }}
{{- define "exposure-intake.kafkaSasl" -}}
{{- if hasPrefix "SASL_" .Values.kafka.securityProtocol }}true{{ end }}
{{- end }}

{{/* Brokers without white space. */}}
{{- define "exposure-intake.bootstrapServers" -}}
{{- regexReplaceAll "\\s+" .Values.kafka.bootstrapServers "" }}
{{- end }}
