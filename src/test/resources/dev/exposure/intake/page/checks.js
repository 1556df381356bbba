// Before each file of checks: notes those that fail, and how many hold.
const failed = [];
let passed = 0;

function check(what, actual, expected) {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is === wanted) {
    passed += 1;
  } else {
    failed.push(`${what}: ${is} instead of ${wanted}`);
  }
}
