{{/* Milliseconds of a duration as Spring reads it: 1500, 30s, 1m, PT1H30M, P1D. Call with the text. */}}
{{- define "exposure-intake.millis" -}}
{{- $text := toString . -}}
{{- if regexMatch "^P" $text -}}
{{- $total := 0 -}}
{{- range $unit, $millis := dict "D" 86400000 "H" 3600000 "M" 60000 "S" 1000 -}}
{{- with regexFind (printf "[0-9.]+%s" $unit) $text -}}
{{- $total = add $total (int64 (mulf (float64 (trimSuffix $unit .)) $millis)) -}}
{{- end -}}
{{- end -}}
{{- $total -}}
{{- else -}}
{{- $number := int64 (regexFind "^[0-9]+" $text) -}}
{{- mul $number (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000) (default "ms" (regexFind "[a-z]+$" $text))) -}}
{{- end -}}
{{- end }}

{{/* Bytes of a quantity as Kubernetes reads it: 512 (bytes), 512Mi, 1G, 512m (half a byte). Call with the number or text. */}}
{{- define "exposure-intake.bytes" -}}
{{- if kindIs "string" . -}}
{{- $unit := get (dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "Pi" 1125899906842624 "Ei" 1152921504606846976) (regexFind "[A-Za-z]+$" .) -}}
{{- int64 (mulf (float64 (regexFind "^[0-9.]+" .)) (default 1 $unit)) -}}
{{- else -}}
{{- int64 . -}}
{{- end -}}
{{- end }}

{{/* Bytes of a size as the JVM reads it: 4g, 512m, 1024k, 1000000. Call with the text. */}}
{{- define "exposure-intake.jvmBytes" -}}
{{- mul (int64 (regexFind "^[0-9]+" .)) (get (dict "k" 1024 "m" 1048576 "g" 1073741824 "t" 1099511627776 "" 1) (lower (regexFind "[A-Za-z]?$" .))) -}}
{{- end }}

{{/* Bytes in words: 805306368 is 768Mi. Call with the number. */}}
{{- define "exposure-intake.mebibytes" -}}
{{- if lt (int64 .) 1048576 -}}{{ int64 . }} bytes{{- else -}}{{ div (int64 .) 1048576 }}Mi{{- end -}}
{{- end }}

{{/*
Names and values in a map of the free configuration, one a line as "name<TAB>value", each part of a name as Spring compares it: small, without
dashes, underscores and brackets. Call with (dict "at" <name so far and a dot, or nothing> "value" <map>).
*/}}
{{- define "exposure-intake.flatten" -}}
{{- $at := .at -}}
{{- range $key, $value := .value }}
{{- $name := printf "%s%s" $at (regexReplaceAll "[-_\\[\\]]" (lower $key) "") }}
{{- if kindIs "map" $value }}
{{- include "exposure-intake.flatten" (dict "at" (printf "%s." $name) "value" $value) }}
{{- else if kindIs "slice" $value }}
{{ $name }}{{ "\t" }}{{ toJson $value }}
{{- else }}
{{ $name }}{{ "\t" }}{{ toString $value | replace "\n" " " }}
{{- end }}
{{- end }}
{{- end }}
