-- Ends an emergency before its time.
-- Role: kazumi_registrar, acting for the person who ends it.
-- $1 uuid: emergency; $2 uuid: who ends it. No rows.
update break_glass set ended_at = now(), ended_by = $2 where break_glass_id = $1
