-- Decides about a report that waits.
-- Role: kazumi_app, acting for somebody who answers for the school (policy of message_reports).
-- $1 uuid: report; $2 text: decision; $3 text: note; $4 uuid: who decides. No row is changed when somebody else was faster.
update message_reports set decision = $2, decision_note = $3, decided_by = $4, decided_at = now()
where report_id = $1 and decided_at is null
