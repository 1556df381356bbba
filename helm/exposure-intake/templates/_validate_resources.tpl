{{/* Refuses sizes that can't work, often for want of a unit, and a heap that the container has no room for. */}}
{{- define "exposure-intake.validateResources" -}}
{{- $v := .Values }}
{{- $mebi := 1048576 }}
{{- $limits := default dict $v.resources.limits }}
{{- $requests := default dict $v.resources.requests }}
{{- range $name, $quantities := dict "limits" $limits "requests" $requests }}
{{- with get $quantities "memory" }}
{{- $bytes := int64 (include "exposure-intake.bytes" .) }}
{{- if and (lt $bytes (int64 (mul 384 $mebi))) (or (eq $name "limits") (lt $bytes (int64 (mul 16 $mebi)))) }}
{{- fail (printf "resources.%s.memory is %v, which is %s: the service needs 384Mi at least, and 512Mi to live through a long backlog. A number without a unit is bytes" $name . (include "exposure-intake.mebibytes" $bytes)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and $limits.memory $requests.memory (gt (int64 (include "exposure-intake.bytes" $requests.memory)) (int64 (include "exposure-intake.bytes" $limits.memory))) }}
{{- fail (printf "resources.requests.memory is %v, more than resources.limits.memory, %v" $requests.memory $limits.memory) }}
{{- end }}
{{- with $limits.memory }}
{{- $limit := int64 (include "exposure-intake.bytes" .) }}
{{- $options := $v.jvm.options }}
{{- range $v.extraEnv }}{{ if eq .name "JAVA_TOOL_OPTIONS" }}{{ $options = concat (splitList " " (default "" .value)) $options }}{{ end }}{{ end }}
{{- $heap := div (mul $limit (int (default 50 $v.jvm.heapPercentage))) 100 }}
{{- $said := printf "jvm.heapPercentage %d" (int (default 50 $v.jvm.heapPercentage)) }}
{{- $exact := false }}
{{- range $options }}
{{- if and (regexMatch "^-XX:MaxRAMPercentage=[0-9]+" .) (not $exact) }}
{{- $heap = div (mul $limit (int64 (regexFind "[0-9]+" .))) 100 }}{{ $said = . }}
{{- else if regexMatch "^-(Xmx|XX:MaxHeapSize=)[0-9]+[kKmMgGtT]?$" . }}
{{- $heap = int64 (include "exposure-intake.jvmBytes" (regexReplaceAll "^-(Xmx|XX:MaxHeapSize=)" . "")) }}{{ $said = . }}{{ $exact = true }}
{{- end }}
{{- end }}
{{- if gt (int64 (add $heap (mul 192 $mebi))) $limit }}
{{- fail (printf "%s makes a heap of %s, which leaves less than 192Mi of resources.limits.memory, %v, for classes, code, threads and network buffers, so the container would be killed: lower the heap or raise the limit" $said (include "exposure-intake.mebibytes" $heap) $limits.memory) }}
{{- end }}
{{- if and $v.jvm.heapDump.enabled (lt (int64 (include "exposure-intake.bytes" $v.jvm.heapDump.sizeLimit)) (int64 $heap)) }}
{{- fail (printf "jvm.heapDump.sizeLimit is %v, less than the heap of %s that is to be dumped there" $v.jvm.heapDump.sizeLimit (include "exposure-intake.mebibytes" $heap)) }}
{{- end }}
{{- end }}
{{- range $name, $quantities := dict "limits" $limits "requests" $requests }}
{{- with get $quantities "cpu" }}
{{- if and (not (hasSuffix "m" (toString .))) (gt (float64 .) 64.0) }}
{{- fail (printf "resources.%s.cpu is %v, which is %v whole cores: add m for thousandths, e.g. 250m" $name . .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (include "exposure-intake.embedded" .) $v.persistence.enabled (lt (int64 (include "exposure-intake.bytes" $v.persistence.size)) (int64 (mul 100 $mebi))) }}
{{- fail (printf "persistence.size is %v, too small for a database. A number without a unit is bytes" $v.persistence.size) }}
{{- end }}
{{- if lt (int64 (include "exposure-intake.bytes" $v.tmp.sizeLimit)) (int64 (mul 16 $mebi)) }}
{{- fail (printf "tmp.sizeLimit is %v, too small for the web server's and the JVM's files. A number without a unit is bytes" $v.tmp.sizeLimit) }}
{{- end }}
{{- end }}
