import type { components } from './gen/schema';

type Schemas = components['schemas'];

export type StaffFunction = Schemas['Function'];
export type Owed = Schemas['Owed'];
export type SecondFactorStatus = Schemas['SecondFactorStatus'];
export type Enrolment = Schemas['Enrolment'];
export type MySession = Schemas['MySession'];
export type Me = Schemas['Me'];
export type SessionBody = Schemas['SignedIn'];
export type RenewedToken = Schemas['RenewedToken'];
export type Acceptance = Schemas['Acceptance'];
export type InvitationPreview = Schemas['InvitationPreview'];
export type PeiState = Schemas['PeiState'];
export type StudentSummary = Schemas['StudentSummary'];
export type StudentList = Schemas['StudentList'];
export type AccessEntry = Schemas['AccessEntry'];
export type AccessList = Schemas['AccessList'];
export type SectionKey = Schemas['Section'];
export type PeiSection = Schemas['PeiSection'];
export type TeamMember = Schemas['PeiTeamMember'];
export type Pei = Schemas['Pei'];
export type ProblemBody = Schemas['ProblemBody'];
