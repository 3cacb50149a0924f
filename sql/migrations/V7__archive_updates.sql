-- Compaction: rows of the log that a snapshot covers move to an archive, and older snapshots stay for a while, so that a
-- snapshot that turns out to be damaged can be made again (docs/adr/0012).

create table pei_updates_archive (
    document_id    uuid not null references pei_documents,
    seq            bigint not null,
    author_id      uuid not null references users,
    payload        bytea not null,
    sha256         bytea not null,
    created_at     timestamptz not null,
    archived_at    timestamptz not null default now(),
    primary key (document_id, seq),
    constraint pei_updates_archive_sha256_length check (octet_length(sha256) = 32)
);
-- After a commit whose answer was lost, rows are looked up by what they hold, here as well.
create index pei_updates_archive_sha256 on pei_updates_archive (document_id, sha256);

-- Several snapshots of one document: the seed (0) for ever, and the newest two.
alter table pei_snapshots drop constraint pei_snapshots_pkey;
alter table pei_snapshots add primary key (document_id, covers_seq);

alter table pei_updates_archive enable row level security;
alter table pei_updates_archive force row level security;
create policy owner_all on pei_updates_archive to kazumi_owner using (true) with check (true);
create policy backup_read on pei_updates_archive for select to kazumi_backup using (true);
grant select on pei_updates_archive to kazumi_backup;

grant select, insert on pei_updates_archive to kazumi_writer;
grant delete on pei_updates, pei_snapshots to kazumi_writer;
create policy writer_read on pei_updates_archive for select to kazumi_writer using (true);
-- Only a true copy of a row of the log enters the archive…
create policy writer_archives_copies on pei_updates_archive for insert to kazumi_writer
    with check (exists (
        select 1 from pei_updates u
        where u.document_id = pei_updates_archive.document_id and u.seq = pei_updates_archive.seq
          and u.author_id = pei_updates_archive.author_id and u.payload = pei_updates_archive.payload
          and u.sha256 = pei_updates_archive.sha256 and u.created_at = pei_updates_archive.created_at));
-- … and only a row that is there, and that a snapshot covers, may leave the log.
create policy writer_removes_archived on pei_updates for delete to kazumi_writer
    using (exists (
            select 1 from pei_updates_archive a
            where a.document_id = pei_updates.document_id and a.seq = pei_updates.seq and a.sha256 = pei_updates.sha256)
        and exists (
            select 1 from pei_snapshots s
            where s.document_id = pei_updates.document_id and s.covers_seq >= pei_updates.seq));
-- The seed, and whatever has no newer snapshot behind it, cannot be removed. A damaged snapshot is replaced in place.
create function newest_snapshot(document uuid) returns bigint
    language sql stable
    as $$ select max(covers_seq) from public.pei_snapshots where document_id = document $$;
create policy writer_removes_old on pei_snapshots for delete to kazumi_writer
    using (covers_seq > 0 and covers_seq < newest_snapshot(document_id));
