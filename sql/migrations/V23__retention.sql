-- What is old goes (docs/adr/0027): `kazumi retention` removes it as the owner of the schema, and no role that serves requests may.

-- Reads of sections are kept for five years. Until now nobody could remove one; now the owner can, in a transaction that says what it is for, a read
-- whose time is over, of a child whose record is not held. `domain::retention` is the exact rule; this is the wall behind it, a day wider
-- where a period begins on 29 February.
create function refuse_early_deletion() returns trigger
    language plpgsql set search_path = ''
    as $$
    begin
        if (old.first_at at time zone 'utc')::date + interval '5 years 1 day' > (now() at time zone 'utc')::date
           or exists (select 1 from public.students s where s.student_id = old.student_id and s.held_at is not null) then
            raise exception 'a read is kept for five years, and for as long as the record of its child is held'
                using errcode = 'insufficient_privilege';
        end if;
        return old;
    end $$;

drop trigger never_changed on access_log;
create trigger never_changed before update on access_log for each statement execute function refuse_change();
create trigger never_deleted_by_hand before delete on access_log for each statement
    when (current_setting('app.retention', true) is distinct from 'on' or current_user <> 'kazumi_owner')
    execute function refuse_change();
create trigger never_deleted_early before delete on access_log for each row execute function refuse_early_deletion();
alter table access_log enable always trigger never_changed;
alter table access_log enable always trigger never_deleted_by_hand;
alter table access_log enable always trigger never_deleted_early;

-- Rows come in the order of time, so a few bytes for each stretch of the table find the old ones.
create index access_log_age on access_log using brin (first_at);
-- Rows put aside are rare; the others never touch this.
create index pei_updates_put_aside on pei_updates (quarantined_at) where quarantined_at is not null;

-- Nothing of a child whose record is held is removed, by a server's own clearing up neither.
grant select (student_id) on invitations to kazumi_writer;
drop policy writer_forgets_ended on invitations;
create policy writer_forgets_ended on invitations for delete to kazumi_writer
    using (coalesce(accepted_at, withdrawn_at, expires_at) < now() - interval '90 days'
        and not exists (select 1 from students s where s.student_id = invitations.student_id and s.held_at is not null));
