/** The files of docs/monitoring, as they are. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const DOCS = path.resolve(import.meta.dirname, '../../../../docs');
export const DOCUMENTS = path.join(DOCS, 'monitoring');

export interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

export interface RuleFile {
  groups: { name: string; rules: Alert[] }[];
}

export interface PrometheusConfig {
  global: Record<string, string>;
  rule_files: string[];
  scrape_configs: ({ job_name: string } & Record<string, unknown>)[];
}

interface Panel {
  title: string;
  type: string;
  datasource?: { type: string; uid: string };
  targets?: { expr: string; datasource: { type: string; uid: string } }[];
}

export interface Dashboard {
  templating: { list: { name: string; type: string; query: string }[] };
  panels: Panel[];
}

export const readRules = (): RuleFile => parse(readFileSync(path.join(DOCUMENTS, 'alerts.yml'), 'utf8')) as RuleFile;

export const readAlerts = (): Alert[] => readRules().groups.flatMap(({ rules }) => rules);

export const readConfig = (): PrometheusConfig =>
  parse(readFileSync(path.join(DOCUMENTS, 'prometheus.yml'), 'utf8')) as PrometheusConfig;

export const readDashboard = (): Dashboard =>
  JSON.parse(readFileSync(path.join(DOCUMENTS, 'dashboard.json'), 'utf8')) as Dashboard;

export const readRunbook = (): string => readFileSync(path.join(DOCS, 'operations.md'), 'utf8');
