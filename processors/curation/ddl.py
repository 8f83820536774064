"""The tables of the room; `tables` reads and writes them, `copies` fills them from events."""

DDL = """
create schema if not exists curation;
create table if not exists curation.document (
    tenant text not null, id text not null, name text not null default '', text_blob text not null default '',
    withdrawn boolean not null default false, primary key (tenant, id));
create table if not exists curation.batch (
    tenant text not null, id text not null, state text not null, delivered bigint not null default 0,
    reason text not null default '', primary key (tenant, id));
create table if not exists curation.item (
    tenant text not null, batch_id text not null, item text not null, delivered bigint not null,
    primary key (tenant, batch_id, item));
create table if not exists curation.sample (
    n bigint generated always as identity, tenant text not null, batch_id text not null, id text not null,
    document_id text not null, item text not null, seq bigint not null, data jsonb not null,
    primary key (tenant, batch_id, id));
create table if not exists curation.score (
    n bigint generated always as identity, tenant text not null, sample_id text not null, scorer text not null,
    version text not null, value double precision not null, detail text not null, curation_id text not null,
    primary key (tenant, sample_id, scorer, version));
create table if not exists curation.review (
    tenant text not null, sample_id text not null, decision text not null, author text not null, reason text not null,
    primary key (tenant, sample_id));
create table if not exists curation.job (
    tenant text not null, id text not null, batches text[] not null, rule text not null, state text not null,
    event_id uuid not null, correlation_id uuid not null, traceparent text not null,
    upto bigint not null default 0, versions jsonb not null default '{}', items int not null default 0,
    primary key (tenant, id));
alter table curation.job add column if not exists scorers text[] not null default '{}';
alter table curation.job add column if not exists settings text not null default '';
create table if not exists curation.dataset (
    tenant text not null, id text not null, name text not null, train_blob text not null, heldout_blob text not null,
    primary key (tenant, id));
create index if not exists job_waiting on curation.job (tenant) where state = 'waiting';
"""
