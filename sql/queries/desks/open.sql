-- Finds the room of a guardian at a desk, or opens it with its members.
-- Role: kazumi_app, acting for the guardian or for somebody who writes there (open_desk asks again).
-- $1 uuid: student · $2 text: kind of room · $3 uuid: guardian. One row; none when this guardian is none of the child's.
select opened, is_new from open_desk($1, $2, $3)
