{{/* Refuses free configuration and variables that contradict the values, name nothing, or hold a secret. */}}
{{- define "exposure-intake.validateConfig" -}}
{{- $values := dict
  "server.port" "server.port"
  "management.server.port" "management.port"
  "spring.lifecycle.timeoutpershutdownphase" "shutdown.phaseTimeoutSeconds"
  "spring.kafka.bootstrapservers" "kafka.bootstrapServers"
  "spring.kafka.consumer.groupid" "kafka.groupId"
  "spring.kafka.listener.concurrency" "kafka.concurrency"
  "spring.kafka.security.protocol" "kafka.securityProtocol"
  "intake.topics" "kafka.topics" }}
{{- $known := list }}
{{- range .Files.Lines "files/intake-properties.txt" }}
{{- with trim . }}{{ $known = append $known . }}{{ end }}
{{- end }}
{{- range splitList "\n" (include "exposure-intake.flatten" (dict "at" "" "value" .Values.config)) }}
{{- $parts := splitn "\t" 2 . }}
{{- $name := default "" $parts._0 }}
{{- with get $values (regexReplaceAll "[0-9]+$" $name "") }}
{{- fail (printf "config must not set %s, which other objects of the chart have to agree with: use the value %s" $name .) }}
{{- end }}
{{- $property := regexFind "^spring\\.kafka\\.((consumer|producer|admin)\\.)?properties\\..+$" $name }}
{{- if $property }}
{{- include "exposure-intake.refuseProperty" (dict "root" $ "where" (printf "config: %s" $name) "name" (regexReplaceAll "^spring\\.kafka\\.((consumer|producer|admin)\\.)?properties\\." $name "") "value" $parts._1) }}
{{- end }}
{{- range $short, $long := dict "spring.kafka.consumer.autooffsetreset" "auto.offset.reset" "spring.kafka.consumer.enableautocommit" "enable.auto.commit" "spring.kafka.consumer.maxpollrecords" "max.poll.records" }}
{{- if eq $name $short }}
{{- include "exposure-intake.refuseProperty" (dict "root" $ "where" (printf "config: %s" $name) "name" $long "value" $parts._1) }}
{{- end }}
{{- end }}
{{- include "exposure-intake.refusePassword" (dict "where" (printf "config: %s" $name) "url" $parts._1) }}
{{- if hasPrefix "intake." $name }}
{{- include "exposure-intake.refuseUnknown" (dict "known" $known "where" "config" "name" $name "plain" $name) }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- $name := .name }}
{{- if eq $name "JDK_JAVA_OPTIONS" }}
{{- fail "extraEnv must not set JDK_JAVA_OPTIONS, which the chart sets: use jvm.options" }}
{{- end }}
{{- $plain := regexReplaceAll "_([0-9]+_)*" (lower $name) "" }}
{{- range $path, $value := $values }}
{{- if eq $plain (replace "." "" $path) }}
{{- fail (printf "extraEnv must not set %s, which other objects of the chart have to agree with: use the value %s" $name $value) }}
{{- end }}
{{- end }}
{{- if and .value (regexMatch "(?i)(password|passphrase|jaas_?config|secret)" $name) (not (regexMatch "\\$\\(" .value)) }}
{{- fail (printf "extraEnv must not hold a password as plain text, because whoever may see the pod would see it: give %s by valueFrom from a Secret" $name) }}
{{- end }}
{{- include "exposure-intake.refusePassword" (dict "where" (printf "extraEnv: %s" $name) "url" (default "" .value)) }}
{{- if hasPrefix "intake" $plain }}
{{- include "exposure-intake.refuseUnknown" (dict "known" $known "where" "extraEnv" "name" $name "plain" $plain) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Refuses the URL of a database that holds a password. Call with (dict "where" <value's name> "url" <text>). */}}
{{- define "exposure-intake.refusePassword" -}}
{{- $url := toString .url }}
{{- if and (contains "jdbc:" $url) (regexMatch "(?i)([?&;](ssl)?password=|//[^/?;]*:[^/@?;]*@)" $url) (not (regexMatch "(?i)[?&;](ssl)?password=\\$\\{" $url)) }}
{{- fail (printf "%s must not hold a password, which would be there for all to read: put it into a Secret, and name that in database.existingSecret" .where) }}
{{- end }}
{{- end }}

{{/* Refuses a property of the service that does not exist. Call with (dict "known" <names> "where" <value's name> "name" <as written> "plain" <to compare>). */}}
{{- define "exposure-intake.refuseUnknown" -}}
{{- $found := false }}
{{- range $known := .known }}
{{- $plain := lower (replace "-" "" $known) }}
{{- if eq $.where "extraEnv" }}{{ $plain = replace "." "" $plain }}{{ end }}
{{- if hasSuffix "*" $plain }}
{{- if hasPrefix (trimSuffix "*" $plain) $.plain }}{{ $found = true }}{{ end }}
{{- else if eq $plain (regexReplaceAll "[0-9]+$" $.plain "") }}{{ $found = true }}
{{- end }}
{{- end }}
{{- if not $found }}
{{- fail (printf "%s sets %s, which is no property of the service; there are %s" .where .name (join ", " .known)) }}
{{- end }}
{{- end }}
