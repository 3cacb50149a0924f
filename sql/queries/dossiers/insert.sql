-- Records that a copy is taken, and says when and as whom.
-- Role: kazumi_app, acting for the person who takes it.
-- $1 uuid: dossier; $2 uuid: student; $3 uuid: person. One row.
insert into dossiers (dossier_id, student_id, user_id)
values ($1, $2, $3)
returning taken_at, taker_ties
