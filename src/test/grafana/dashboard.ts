// What the dashboard may consist of: Grafana's own types, put together so that no field is left to chance. Grafana's type of a
// panel takes any options and any queries, because plugins bring their own; here each kind of panel that is used has its own.
import type {
  AnnotationPanelFilter,
  Dashboard as AnyDashboard,
  FieldColor,
  FieldConfig,
  GridPos,
  LineStyle,
  Panel,
  TableCellOptions,
  ThresholdsConfig,
  ValueMapping,
  VariableModel,
} from '@grafana/schema';
import type * as BarGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as Heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as Table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** The only data source that panels may name: the one that is chosen at the top of the dashboard. */
interface ChosenDataSource {
  type: 'prometheus';
  uid: '${datasource}';
}

/** A query of Grafana's Prometheus data source, whose types are not published. */
interface PromQuery {
  refId: string;
  datasource: ChosenDataSource;
  editorMode: 'code';
  expr: string;
  legendFormat?: string;
  format?: 'time_series' | 'table' | 'heatmap';
  instant: boolean;
  range: boolean;
  interval?: string;
}

interface Is<Id extends string, Value> {
  id: Id;
  value: Value;
}

type Property =
  | Is<'unit', string>
  | Is<'decimals', number>
  | Is<'color', FieldColor>
  | Is<'thresholds', ThresholdsConfig>
  | Is<'mappings', ValueMapping[]>
  | Is<'custom.align', 'auto' | 'left' | 'right' | 'center'>
  | Is<'custom.width', number>
  | Is<'custom.cellOptions', TableCellOptions>
  | Is<'custom.fillOpacity', number>
  | Is<'custom.lineStyle', LineStyle>;

interface Override {
  matcher: { id: 'byName' | 'byRegexp'; options: string };
  properties: Property[];
}

interface Convert {
  id: 'convertFieldType';
  options: { fields: {}; conversions: Array<{ targetField: string; destinationType: 'number' | 'string' | 'time' }> };
}

interface Merge {
  id: 'merge';
  options: {};
}

interface Organize {
  id: 'organize';
  options: {
    excludeByName: Record<string, boolean>;
    includeByName: Record<string, boolean>;
    indexByName: Record<string, number>;
    renameByName: Record<string, string>;
  };
}

/** A link of a panel, or of the whole dashboard. Grafana's one type of both would ask panels for what they don't use. */
interface PanelLink {
  title: string;
  url: string;
  targetBlank: boolean;
}

interface DashboardLink extends PanelLink {
  type: 'link';
  icon: 'doc';
  tooltip: string;
  asDropdown: false;
  includeVars: false;
  keepTime: false;
  tags: [];
}

/** What each panel must have besides what Grafana asks for: its place, a description, a unit or columns of its own. */
interface PanelOf<Type extends string, Options, Custom>
  extends Omit<
    Panel,
    'type' | 'options' | 'fieldConfig' | 'targets' | 'datasource' | 'transformations' | 'libraryPanel' | 'links'
  > {
  links?: PanelLink[];
  id: number;
  type: Type;
  title: string;
  description: string;
  datasource: ChosenDataSource;
  gridPos: GridPos;
  targets: PromQuery[];
  options: Options;
  fieldConfig: {
    defaults: Omit<FieldConfig, 'custom' | 'links' | 'actions'> & { custom?: Custom };
    overrides: Override[];
  };
  transformations?: Array<Merge | Convert | Organize>;
}

type AnyPanel =
  | PanelOf<'stat', Stat.Options, {}>
  | PanelOf<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>
  | PanelOf<'table', Table.Options, Table.FieldConfig>
  | PanelOf<'heatmap', Heatmap.Options, Heatmap.FieldConfig>
  | PanelOf<'bargauge', BarGauge.Options, {}>;

interface Row {
  id: number;
  type: 'row';
  title: string;
  collapsed: boolean;
  gridPos: GridPos;
  panels: AnyPanel[];
}

interface DataSourceVariable extends Omit<VariableModel, 'type' | 'query' | 'datasource' | 'current'> {
  type: 'datasource';
  query: 'prometheus';
  current: {};
}

interface QueryVariable extends Omit<VariableModel, 'type' | 'query' | 'datasource'> {
  type: 'query';
  datasource: ChosenDataSource;
  definition: string;
  query: { query: string; refId: string };
}

/** Older releases of Grafana read expr and step, newer ones the target. */
interface PromAnnotation {
  name: string;
  datasource: ChosenDataSource;
  enable: boolean;
  hide: boolean;
  iconColor: string;
  filter?: AnnotationPanelFilter;
  expr: string;
  step: string;
  titleFormat: string;
  textFormat: string;
  tagKeys: string;
  useValueForTime: boolean;
  target: { refId: string; expr: string; interval: string };
}

/** The one that Grafana puts into every dashboard. */
interface BuiltInAnnotation {
  builtIn: 1;
  datasource: { type: 'grafana'; uid: '-- Grafana --' };
  enable: boolean;
  hide: boolean;
  iconColor: string;
  name: string;
  type: 'dashboard';
}

export interface Dashboard
  extends Omit<AnyDashboard, 'panels' | 'templating' | 'annotations' | 'id' | 'snapshot' | 'links'> {
  uid: string;
  title: string;
  description: string;
  tags: string[];
  links: DashboardLink[];
  panels: Array<AnyPanel | Row>;
  templating: { list: Array<DataSourceVariable | QueryVariable> };
  annotations: { list: Array<BuiltInAnnotation | PromAnnotation> };
}
