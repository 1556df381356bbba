// Checks a dashboard against Grafana's own types: node check.mjs <dashboard.json>. It also shows that broken copies of it are
// refused, because a check that accepts everything would pass too.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const here = dirname(fileURLToPath(import.meta.url));
const schema = createGenerator({
  path: join(here, 'dashboard.ts'),
  tsconfig: join(here, 'tsconfig.json'),
  type: 'Dashboard',
  additionalProperties: false,
  expose: 'none',
}).createSchema('Dashboard');

const ajv = new Ajv({ allErrors: true, strict: false, discriminator: false });
const isDashboard = ajv.compile(schema);
const kinds = new Map(
  ['stat', 'timeseries', 'table', 'heatmap', 'bargauge', 'row'].map((kind) => [kind, new Ajv({ allErrors: true, strict: false }).compile(schemaOf(kind))])
);

/** Schema of one kind of panel: of a choice of five, each would tell what is wrong with it. */
function schemaOf(kind) {
  const panels = alternatives(schema)[0].properties.panels.items;
  const all = [panels].flatMap(alternatives);
  const found = all.find((one) => one.properties?.type?.const === kind);
  if (!found) {
    throw new Error(`The schema has no panel of type ${kind}`);
  }
  return { ...found, definitions: schema.definitions };
}

function alternatives(one) {
  if (one.$ref) {
    return alternatives(schema.definitions[decodeURIComponent(one.$ref.replace('#/definitions/', ''))]);
  }
  return one.anyOf ? one.anyOf.flatMap(alternatives) : [one];
}

/** What is wrong with the dashboard, one line each. */
function faults(dashboard) {
  const found = [];
  if (!isDashboard(dashboard)) {
    const others = isDashboard.errors.filter((error) => !error.instancePath.startsWith('/panels/'));
    found.push(...others.map((error) => line('dashboard', error)));
    for (const panel of dashboard.panels.flatMap((one) => [one, ...(one.panels ?? [])])) {
      const isPanel = kinds.get(panel.type);
      if (!isPanel) {
        found.push(`panel "${panel.title}": no such type: ${panel.type}`);
      } else if (!isPanel(panel)) {
        found.push(...isPanel.errors.map((error) => line(`panel "${panel.title}"`, error)));
      }
    }
    if (found.length === 0) {
      found.push(...isDashboard.errors.map((error) => line('dashboard', error)));
    }
  }
  return found;
}

function line(what, { instancePath, message, params }) {
  return `${what}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
}

const breaks = {
  'a misspelt field of the dashboard': (d) => (d.refesh = '30s'),
  'a misspelt field of a panel': (d) => (first(d, 'stat').descripton = 'x'),
  'a panel without a description': (d) => delete first(d, 'timeseries').description,
  'a misspelt option': (d) => (first(d, 'stat').options.colourMode = 'value'),
  'an option with a value that is none': (d) => (first(d, 'stat').options.colorMode = 'backgruond'),
  'an option of the wrong type': (d) => (first(d, 'heatmap').options.calculate = 'no'),
  'an option of another panel': (d) => (first(d, 'table').options.legend = {}),
  'a misspelt field of a unit': (d) => (first(d, 'timeseries').fieldConfig.defaults.units = 's'),
  'a misspelt style of lines': (d) => (first(d, 'timeseries').fieldConfig.defaults.custom.linewidth = 2),
  'a misspelt override': (d) => (first(d, 'table').fieldConfig.overrides[0].properties[0].id = 'unti'),
  'a misspelt field of a query': (d) => (first(d, 'bargauge').targets[0].legend = 'x'),
  'a fixed data source': (d) => (first(d, 'bargauge').targets[0].datasource.uid = 'P1809F7CD0C75ACF3'),
  'a panel of a type that there is not': (d) => (first(d, 'bargauge').type = 'bar-gauge'),
  'a fault within a row': (d) => (d.panels.find((one) => one.panels?.length).panels[0].gridpos = {}),
  'a misspelt field of a variable': (d) => (d.templating.list[1].includeall = true),
  'a misspelt field of an annotation': (d) => (d.annotations.list[1].exp = 'x'),
};

function first(dashboard, type) {
  return dashboard.panels.find((panel) => panel.type === type);
}

const text = readFileSync(process.argv[2], 'utf8');
const found = faults(JSON.parse(text));
if (found.length > 0) {
  console.error(`The dashboard is not what Grafana takes:\n  ${found.join('\n  ')}`);
  process.exit(1);
}
for (const [what, breakIt] of Object.entries(breaks)) {
  const broken = JSON.parse(text);
  breakIt(broken);
  const told = faults(broken);
  if (told.length === 0) {
    console.error(`A dashboard with ${what} was accepted: this check checks nothing.`);
    process.exit(1);
  }
  console.log(`refused: ${what}: ${told[0]}`);
}
console.log(`The dashboard is what Grafana takes; ${Object.keys(breaks).length} broken copies are refused.`);
