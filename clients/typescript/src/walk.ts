// The shortest workflow of a frontend: register, connect the MLS, add a lead, run the job, read the alert.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, connect, ProblemError } from './client.js';

const { api, signIn } = connect(process.argv[2] ?? 'http://localhost:7071');
const unique = crypto.randomUUID();

const registered = await answer(api.POST('/api/auth/register', {
  body: { organizationName: 'Walk Realty', name: 'Ada Park', email: `ada.${unique}@walk.example`, password: `pass phrase ${unique}`, timeZone: 'America/Los_Angeles' },
}));
signIn(registered.accessToken);
assert.equal(registered.user.role, 'owner');

await answer(api.POST('/api/organization/spark-credentials', { body: { strategy: 'bearer', accessToken: `sim-idx-${unique}` } }));

const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
const lead = await answer(api.POST('/api/leads', {
  params: { header: { 'Idempotency-Key': unique } },
  body: {
    name: 'Maria Gomez', email: 'maria@clients.example', latitude: 47.669, longitude: -122.384, alertsSince: monthAgo,
    address: { street: '5600 20th Avenue NW', city: 'Seattle', state: 'WA', postalCode: '98107' },
  },
}));
assert.equal(lead.locationPrecision, 'manual');

const refused = api.POST('/api/leads', { body: { name: '' } });
await assert.rejects(answer(refused), (failure) => failure instanceof ProblemError && failure.problem.code === 'validation_failed' && failure.problem.errors?.['name'] !== undefined);

let job = await answer(api.POST('/api/jobs/{kind}', { params: { path: { kind: 'nearby-sales' } } }));
while (job.finishedAt === null) {
  await sleep(200);
  job = await answer(api.GET('/api/jobs/{id}', { params: { path: { id: job.id } } }));
}
assert.equal(job.state, 'completed');

const alerts = await answer(api.GET('/api/notifications', { params: { query: { limit: 100 } } }));
const newest = alerts.items[0];
assert.ok(newest, 'the job created no alert');
assert.equal(newest.leadId, lead.id);
assert.equal(newest.kind, 'nearby_sale');
const detail = await answer(api.GET('/api/notifications/{id}', { params: { path: { id: newest.id } } }));
assert.equal(detail.listingKey, newest.listingKey);

console.log(`${alerts.items.length} alerts of ${job.counts.sales} sales; the newest: ${detail.title}`);
