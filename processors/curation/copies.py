"""The statements that copy events into the tables of the room; each may run twice."""

READY = """
update curation.job j set state = 'planned' where j.tenant = %(tenant)s and j.state = 'waiting'
and not exists (
    select from unnest(j.batches) wanted (id) left join curation.batch b on b.tenant = j.tenant and b.id = wanted.id
    where b.id is null or b.state = 'requested' or b.delivered > (
        select coalesce(sum(i.delivered), 0) from curation.item i
        where i.tenant = j.tenant and i.batch_id = wanted.id))
and not exists (
    select from curation.sample s left join curation.document d on d.tenant = s.tenant and d.id = s.document_id
    where s.tenant = j.tenant and s.batch_id = any(j.batches) and coalesce(d.text_blob, '') = '')
returning id
"""

DOCUMENT = (
    "insert into curation.document (tenant, id, {0}) values (%s, %s, %s)"
    " on conflict (tenant, id) do update set {0} = excluded.{0}"
)
BATCH = (
    "insert into curation.batch (tenant, id, state, delivered, reason) values (%s, %s, %s, %s, %s)"
    " on conflict (tenant, id) do update set state = excluded.state, delivered = excluded.delivered,"
    " reason = excluded.reason"
)
ITEM = (
    "insert into curation.item (tenant, batch_id, item, delivered) values (%s, %s, %s, %s)"
    " on conflict (tenant, batch_id, item) do update set delivered = excluded.delivered"
)
SAMPLE = (
    "insert into curation.sample (tenant, batch_id, id, document_id, item, seq, data)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)
SCORE = (
    "insert into curation.score (tenant, sample_id, scorer, version, value, detail, curation_id)"
    " values (%s, %s, %s, %s, %s, %s, %s) on conflict (tenant, sample_id, scorer, version)"
    " do update set value = excluded.value, detail = excluded.detail, curation_id = excluded.curation_id"
)
REVIEW = (
    "insert into curation.review (tenant, sample_id, decision, author, reason) values (%s, %s, %s, %s, %s)"
    " on conflict (tenant, sample_id) do update set decision = excluded.decision, author = excluded.author,"
    " reason = excluded.reason"
)
JOB = (
    "insert into curation.job (tenant, id, batches, rule, state, event_id, correlation_id, traceparent, scorers,"
    " settings) values (%s, %s, %s, %s, 'waiting', %s, %s, %s, %s, %s) on conflict do nothing"
)
UNREVIEWED = "delete from curation.review where tenant = %s and sample_id = %s"
DATASET = (
    "insert into curation.dataset (tenant, id, name, train_blob, heldout_blob) values (%s, %s, %s, %s, %s)"
    " on conflict do nothing"
)
ENDED = "update curation.job set state = 'ended' where tenant = %s and id = %s"
