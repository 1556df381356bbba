/** The Grafana dashboard: what it must hold, and its queries run against a Prometheus that scrapes the service. */
package dev.exposure.intake.dashboard;
