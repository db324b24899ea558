export { UnsupportedDatabasePage } from './UnsupportedDatabasePage';
