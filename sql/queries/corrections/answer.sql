-- Answers a request that is open.
-- Role: kazumi_app, acting for somebody who answers for the school (policy of corrections).
-- $1 uuid: request; $2 boolean: accepted; $3 text: answer; $4 uuid: who answers. No row is changed when somebody else was faster.
update corrections set accepted = $2, answer = $3, answered_by = $4, answered_at = now()
where correction_id = $1 and answered_at is null
