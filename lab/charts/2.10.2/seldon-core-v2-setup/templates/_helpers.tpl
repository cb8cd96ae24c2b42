{{/* "true" from 2.10.0 on, else empty. */}}
{{- define "lab.since210" -}}
{{- if semverCompare ">=2.10.0" .Chart.AppVersion -}}true{{- end -}}
{{- end -}}

{{/* Full image reference of an image value. */}}
{{- define "lab.image" -}}
{{ .registry }}/{{ .repository }}:{{ .tag }}
{{- end -}}

{{/* Namespaces to watch as the operator's flag wants them: a list or a ready string. */}}
{{- define "lab.watchNamespaces" -}}
{{- $namespaces := .Values.controller.watchNamespaces -}}
{{- if kindIs "slice" $namespaces -}}{{ join "," $namespaces }}{{- else -}}{{ default "" $namespaces }}{{- end -}}
{{- end -}}

{{/* "true" when the operator may look beyond its own namespace. */}}
{{- define "lab.widened" -}}
{{- if or .Values.controller.clusterwide .Values.controller.watchNamespaces -}}true{{- end -}}
{{- end -}}

{{/* Memory is request and limit, CPU is a request only. */}}
{{- define "lab.resources" -}}
requests:
  cpu: {{ .cpu | quote }}
  memory: {{ .memory | quote }}
limits:
  memory: {{ dig "limits" "memory" .memory . | quote }}
{{- end -}}

{{/* Environment by which a component finds the control plane's TLS Secrets as a client. */}}
{{- define "lab.controlPlaneClientEnv" -}}
- name: CONTROL_PLANE_SECURITY_PROTOCOL
  value: {{ .protocol | quote }}
- name: CONTROL_PLANE_CLIENT_TLS_SECRET_NAME
  value: {{ .ssl.client.secret | quote }}
- name: CONTROL_PLANE_SERVER_TLS_SECRET_NAME
  value: {{ .ssl.client.serverValidationSecret | quote }}
- name: CONTROL_PLANE_CLIENT_TLS_KEY_LOCATION
  value: /tmp/certs/cpc/tls.key
- name: CONTROL_PLANE_CLIENT_TLS_CRT_LOCATION
  value: /tmp/certs/cpc/tls.crt
- name: CONTROL_PLANE_CLIENT_TLS_CA_LOCATION
  value: /tmp/certs/cpc/ca.crt
- name: CONTROL_PLANE_SERVER_TLS_CA_LOCATION
  value: /tmp/certs/cps/ca.crt
{{- end -}}

{{- define "lab.kafkaEnv" -}}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ .protocol | quote }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .sasl.mechanism | quote }}
- name: KAFKA_CLIENT_SASL_USERNAME
  value: {{ .sasl.client.username | quote }}
- name: KAFKA_CLIENT_SASL_SECRET_NAME
  value: {{ .sasl.client.secret | quote }}
- name: KAFKA_CLIENT_TLS_SECRET_NAME
  value: {{ .ssl.client.secret | quote }}
- name: KAFKA_BROKER_TLS_SECRET_NAME
  value: {{ .ssl.client.brokerValidationSecret | quote }}
{{- end -}}

{{- define "lab.podNamespaceEnv" -}}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- end -}}

{{/* The rights of the operator; facts: the manager role of both releases. */}}
{{- define "lab.managerRules" -}}
{{- $all := list "create" "delete" "get" "list" "patch" "update" "watch" -}}
{{- $seldon := list "experiments" "models" "pipelines" "seldonconfigs" "seldonruntimes" "serverconfigs" "servers" -}}
- apiGroups: [""]
  resources: [configmaps, secrets, serviceaccounts, services]
  verbs: {{ toJson $all }}
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: {{ toJson $all }}
- apiGroups: [apps]
  resources: [deployments/status, statefulsets/status]
  verbs: [get]
{{- if include "lab.since210" . }}
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- end }}
- apiGroups: [mlops.seldon.io]
  resources: {{ toJson $seldon }}
  verbs: {{ toJson $all }}
- apiGroups: [mlops.seldon.io]
  resources:
  {{- range $seldon }}
  - {{ . }}/finalizers
  {{- end }}
  verbs: [update]
- apiGroups: [mlops.seldon.io]
  resources:
  {{- range $seldon }}
  - {{ . }}/status
  {{- end }}
  verbs: [get, patch, update]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings, roles]
  verbs: {{ toJson $all }}
- apiGroups: [v1]
  resources: [serviceaccounts, services]
  verbs: {{ toJson $all }}
- apiGroups: [v1]
  resources: [services/status]
  verbs: [get]
{{- end -}}
