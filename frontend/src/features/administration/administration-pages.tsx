import { Route, Routes } from 'react-router';
import AdminPage from './admin-page';
import EmergencyPage from './emergency-page';
import { Missing } from './parts';
import PersonPage from './person-page';
import StudentPage from './student-page';

/** The pages below `/administracao`, one chunk: who needs one soon needs the others, and many small chunks weigh more for everybody. */
export default function Pages() {
  return (
    <Routes>
      <Route index element={<AdminPage />} />
      <Route path="pessoas/:userId" element={<PersonPage />} />
      <Route path="estudantes/:studentId" element={<StudentPage />} />
      <Route path="emergencia" element={<EmergencyPage />} />
      <Route path="*" element={<Missing />} />
    </Routes>
  );
}
