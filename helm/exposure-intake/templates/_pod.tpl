{{/* A probe: the override, or an HTTP request to the management port. Call with (dict "root" $ "probe" <values>). */}}
{{- define "exposure-intake.probe" -}}
{{- if .probe.override }}
{{- toYaml .probe.override }}
{{- else -}}
httpGet:
  path: {{ .probe.path }}
  port: {{ include "exposure-intake.managementPortName" .root }}
  scheme: {{ include "exposure-intake.scheme" .root | upper }}
initialDelaySeconds: {{ .probe.initialDelaySeconds }}
periodSeconds: {{ .probe.periodSeconds }}
timeoutSeconds: {{ .probe.timeoutSeconds }}
failureThreshold: {{ .probe.failureThreshold }}
{{- end }}
{{- end }}

{{/* An environment variable from a Secret. Call with (list <variable> <secret> <key>). */}}
{{- define "exposure-intake.secretEnv" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end }}

{{- define "exposure-intake.env" -}}
{{- $v := .Values -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: SPRING_CONFIG_ADDITIONAL_LOCATION
  value: file:/etc/exposure-intake/config/{{ if $v.existingConfigMap }},file:/etc/exposure-intake/existing-config/{{ end }}
{{- $options := $v.jvm.options }}
{{- with $v.jvm.heapPercentage }}
{{- $options = prepend $options (printf "-XX:MaxRAMPercentage=%d" (int .)) }}
{{- end }}
{{- if $v.jvm.heapDump.enabled }}
{{- $options = concat $options (list "-XX:+HeapDumpOnOutOfMemoryError" "-XX:HeapDumpPath=/var/dumps") }}
{{- end }}
{{- with $options }}
# Added to JAVA_TOOL_OPTIONS, the image's own or an injected agent's, and wins over it.
- name: JDK_JAVA_OPTIONS
  value: {{ join " " . | quote }}
{{- end }}
{{- if $v.database.existingSecret }}
{{- if $v.database.urlKey }}
{{ include "exposure-intake.secretEnv" (list "SPRING_DATASOURCE_URL" $v.database.existingSecret $v.database.urlKey) }}
{{- end }}
{{ include "exposure-intake.secretEnv" (list "SPRING_DATASOURCE_USERNAME" $v.database.existingSecret $v.database.usernameKey) }}
{{ include "exposure-intake.secretEnv" (list "SPRING_DATASOURCE_PASSWORD" $v.database.existingSecret $v.database.passwordKey) }}
{{- end }}
{{- if include "exposure-intake.kafkaSasl" . }}
{{- if $v.kafka.sasl.username }}
- name: KAFKA_USERNAME
  value: {{ $v.kafka.sasl.username | quote }}
{{- else }}
{{ include "exposure-intake.secretEnv" (list "KAFKA_USERNAME" $v.kafka.sasl.existingSecret $v.kafka.sasl.usernameKey) }}
{{- end }}
{{ include "exposure-intake.secretEnv" (list "KAFKA_PASSWORD" $v.kafka.sasl.existingSecret $v.kafka.sasl.passwordKey) }}
{{- end }}
{{- if $v.operator.existingSecret }}
{{ include "exposure-intake.secretEnv" (list "INTAKE_OPERATOR_USERNAME" $v.operator.existingSecret $v.operator.usernameKey) }}
{{ include "exposure-intake.secretEnv" (list "INTAKE_OPERATOR_PASSWORD" $v.operator.existingSecret $v.operator.passwordKey) }}
{{- end }}
{{- with $v.extraEnv }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{/* Volumes and their mounts, one list each, in one order. */}}
{{- define "exposure-intake.volumeMounts" -}}
{{- $v := .Values -}}
- name: config
  mountPath: /etc/exposure-intake/config
  readOnly: true
{{- if $v.existingConfigMap }}
- name: existing-config
  mountPath: /etc/exposure-intake/existing-config
  readOnly: true
{{- end }}
- name: tmp
  mountPath: /tmp
{{- if include "exposure-intake.embedded" . }}
- name: data
  mountPath: /var/lib/exposure-intake
{{- end }}
{{- if and (include "exposure-intake.kafkaTls" .) $v.kafka.tls.existingSecret }}
- name: kafka-tls
  mountPath: /etc/exposure-intake/tls/kafka
  readOnly: true
{{- end }}
{{- if and (include "exposure-intake.kafkaTls" .) $v.kafka.tls.caSecret }}
- name: kafka-ca
  mountPath: /etc/exposure-intake/tls/kafka-ca
  readOnly: true
{{- end }}
{{- if $v.database.tls.existingSecret }}
- name: database-tls
  mountPath: /etc/exposure-intake/tls/database
  readOnly: true
{{- end }}
{{- if $v.server.tls.existingSecret }}
- name: server-tls
  mountPath: /etc/exposure-intake/tls/server
  readOnly: true
{{- end }}
{{- if $v.jvm.heapDump.enabled }}
- name: dumps
  mountPath: /var/dumps
{{- end }}
{{- with $v.extraVolumeMounts }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{- define "exposure-intake.volumes" -}}
{{- $v := .Values -}}
- name: config
  configMap:
    name: {{ include "exposure-intake.fullname" . }}
{{- if $v.existingConfigMap }}
- name: existing-config
  configMap:
    name: {{ $v.existingConfigMap }}
    items:
      - key: application.yaml
        path: application.yaml
{{- end }}
- name: tmp
  emptyDir:
    sizeLimit: {{ $v.tmp.sizeLimit }}
    {{- with $v.tmp.medium }}
    medium: {{ . }}
    {{- end }}
{{- if include "exposure-intake.embedded" . }}
- name: data
  persistentVolumeClaim:
    claimName: {{ include "exposure-intake.claimName" . }}
{{- end }}
{{- if and (include "exposure-intake.kafkaTls" .) $v.kafka.tls.existingSecret }}
- name: kafka-tls
  secret:
    secretName: {{ $v.kafka.tls.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if and (include "exposure-intake.kafkaTls" .) $v.kafka.tls.caSecret }}
- name: kafka-ca
  secret:
    secretName: {{ $v.kafka.tls.caSecret }}
    defaultMode: 0440
{{- end }}
{{- if $v.database.tls.existingSecret }}
- name: database-tls
  secret:
    secretName: {{ $v.database.tls.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if $v.server.tls.existingSecret }}
- name: server-tls
  secret:
    secretName: {{ $v.server.tls.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if $v.jvm.heapDump.enabled }}
- name: dumps
  emptyDir:
    sizeLimit: {{ $v.jvm.heapDump.sizeLimit }}
{{- end }}
{{- with $v.extraVolumes }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{- define "exposure-intake.topologySpread" -}}
{{- $selector := dict "matchLabels" (fromYaml (include "exposure-intake.podLabels" .)) -}}
{{- $constraints := .Values.topologySpreadConstraints }}
{{- if and (not $constraints) .Values.topologySpread.enabled }}
{{- $constraints = list }}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
{{- $constraints = append $constraints (dict "maxSkew" 1 "topologyKey" . "whenUnsatisfiable" "ScheduleAnyway") }}
{{- end }}
{{- end }}
{{- range $constraints }}
- {{ toYaml (merge (deepCopy .) (dict "labelSelector" $selector)) | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/* Template of the pods, the same for a Deployment and a StatefulSet. */}}
{{- define "exposure-intake.podTemplate" -}}
{{- $v := .Values -}}
metadata:
  labels:
    # Without the chart's version: a new one alone is no reason for new pods, each of which is a rebalance.
    {{- toYaml (merge (fromYaml (include "exposure-intake.podLabels" .)) (default dict $v.podLabels) (default dict $v.commonLabels)) | nindent 4 }}
  annotations:
    # Another configuration is another pod.
    checksum/config: {{ include "exposure-intake.config" . | sha256sum }}
    kubectl.kubernetes.io/default-container: exposure-intake
    {{- with $v.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "exposure-intake.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  {{- with $v.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $v.schedulerName }}
  schedulerName: {{ . }}
  {{- end }}
  {{- with $v.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with $v.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.dnsPolicy }}
  dnsPolicy: {{ . }}
  {{- end }}
  {{- with $v.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.affinity }}
  affinity:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  {{- with include "exposure-intake.topologySpread" . }}
  topologySpreadConstraints:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with $v.initContainers }}
  initContainers:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  containers:
    - name: exposure-intake
      image: {{ include "exposure-intake.image" (dict "image" $v.image "tag" .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      {{- with $v.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      env:
        {{- include "exposure-intake.env" . | nindent 8 }}
      {{- with $v.extraEnvFrom }}
      envFrom:
        {{- tpl (toYaml .) $ | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: {{ int $v.server.port }}
          protocol: TCP
        {{- if eq (include "exposure-intake.managementPortName" .) "management" }}
        - name: management
          containerPort: {{ include "exposure-intake.managementPort" . }}
          protocol: TCP
        {{- end }}
      {{- if $v.startupProbe.enabled }}
      startupProbe:
        {{- include "exposure-intake.probe" (dict "root" $ "probe" $v.startupProbe) | nindent 8 }}
      {{- end }}
      {{- if $v.livenessProbe.enabled }}
      livenessProbe:
        {{- include "exposure-intake.probe" (dict "root" $ "probe" $v.livenessProbe) | nindent 8 }}
      {{- end }}
      {{- if $v.readinessProbe.enabled }}
      readinessProbe:
        {{- include "exposure-intake.probe" (dict "root" $ "probe" $v.readinessProbe) | nindent 8 }}
      {{- end }}
      {{- with $v.lifecycle }}
      lifecycle:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        {{- include "exposure-intake.volumeMounts" . | nindent 8 }}
    {{- with $v.extraContainers }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "exposure-intake.volumes" . | nindent 4 }}
{{- end }}
