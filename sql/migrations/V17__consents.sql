-- What a family allows beyond the school's duty: photos, voice, sharing with others outside. Decisions are only ever added; what holds now is
-- worked out from them and from who decides for the child today (docs/adr/0022). `domain::consent` is the same rule; a test compares.

create table consents (
    consent_id   uuid primary key,
    -- The order of decisions.
    seq          bigint generated always as identity,
    student_id   uuid not null references students,
    kind         text not null,
    -- Whose decision it is.
    guardian_id  uuid not null references users,
    given        boolean not null,
    -- Which text was read, and its SHA-256.
    text_version integer not null,
    text_hash    bytea not null,
    channel      text not null,
    recorded_by  uuid not null references users,
    -- Where the signed paper is kept.
    evidence     text,
    decided_at   timestamptz not null default now(),
    constraint consents_kind check (kind in ('photo', 'voice', 'third_parties')),
    constraint consents_text_version check (text_version >= 1),
    constraint consents_text_hash_length check (octet_length(text_hash) = 32),
    constraint consents_channel check (channel in ('screen', 'paper')),
    -- On the screen everybody decides for themselves; a paper says where it is.
    constraint consents_own check (channel = 'paper' or guardian_id = recorded_by and evidence is null),
    constraint consents_evidence check (channel = 'screen' or char_length(evidence) between 1 and 200)
);
create index consents_student on consents (student_id, seq desc);
create index consents_guardian on consents (guardian_id);
create index consents_recorded_by on consents (recorded_by);

alter table consents enable row level security;
alter table consents force row level security;
create policy owner_all on consents to kazumi_owner using (true) with check (true);
create policy backup_read on consents for select to kazumi_backup using (true);
grant select on consents to kazumi_backup;

-- Whether this person decides for this child today: has custody, and no court says otherwise. With the caller's rights: the application sees
-- the guardianships of its person, the registrar those of its schools.
create function decides_for(person uuid, student uuid) returns boolean
    language sql stable
    as $$
        select exists (
                select 1 from public.guardianships g
                where g.user_id = person and g.student_id = student and g.custody <> 'none'
                  and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
           and not exists (
                select 1 from public.guardianships g
                where g.user_id = person and g.student_id = student and g.judicial_restriction)
    $$;

-- What everybody who decides for a child says of each kind: custody, and yes, no, or nothing yet; no names. Answers only to who may see the
-- child, because it reads other people's guardianships as the owner.
create function consent_voices(student uuid) returns table (kind text, custody text, gives boolean)
    language sql stable security definer set search_path = ''
    as $$
        with deciders as (
            select distinct on (g.user_id) g.user_id, g.custody
            from public.guardianships g
            where g.student_id = student and public.decides_for(g.user_id, student)
              and g.custody <> 'none' and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
              and public.has_active_grant(public.app_user_id(), student, null, 'read')
            order by g.user_id, g.custody = 'sole' desc
        )
        select k.kind, d.custody, (
            select c.given from public.consents c
            where c.student_id = student and c.kind = k.kind and c.guardian_id = d.user_id
            order by c.seq desc limit 1)
        from deciders d
        cross join (values ('photo'), ('voice'), ('third_parties')) as k (kind)
    $$;

-- Whether something is allowed now. For whatever shows a photo, plays a voice or hands something out, in the statement that does it: then a
-- decision that is taken back acts with its commit. One who has sole custody decides alone; otherwise one yes is needed and no no.
create function consent_allows(student uuid, wanted text) returns boolean
    language sql stable
    as $$
        select coalesce(bool_and(v.gives), false)
        from public.consent_voices(student) v
        where v.kind = wanted
          and (v.custody = 'sole'
               or not exists (select 1 from public.consent_voices(student) w where w.custody = 'sole'))
    $$;
revoke execute on function consent_voices(uuid) from public;
grant execute on function consent_voices(uuid) to kazumi_app, kazumi_owner;

-- The application: a guardian decides, on the screen. What was decided, and by whom, is seen by whoever may see who read.
grant select on consents to kazumi_app;
grant insert (consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, recorded_by) on consents to kazumi_app;
create policy decisions_seen on consents for select to kazumi_app
    using (exists (
        select 1 from grants g
        where g.user_id = app_user_id() and g.student_id = consents.student_id and g.sees_accesses
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)));
create policy guardian_decides on consents for insert to kazumi_app
    with check (channel = 'screen' and recorded_by = app_user_id() and guardian_id = app_user_id()
        and has_active_grant(app_user_id(), student_id, null, 'read') and decides_for(app_user_id(), student_id));
create policy who_decided_seen on users for select to kazumi_app
    using (exists (select 1 from consents c where c.guardian_id = users.user_id)
        or exists (select 1 from consents c where c.recorded_by = users.user_id));

-- The registrar: what a guardian signed on paper, recorded by the school.
grant insert (consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, recorded_by, evidence) on consents
    to kazumi_registrar;
grant select on consents to kazumi_registrar;
create policy registrar_reads on consents for select to kazumi_registrar
    using (student_id in (select s.student_id from students s));
create policy registrar_records on consents for insert to kazumi_registrar
    with check (channel = 'paper' and recorded_by = app_user_id() and student_id in (select s.student_id from students s)
        and decides_for(guardian_id, student_id));
