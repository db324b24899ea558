export { FirstOwnerPage } from './FirstOwnerPage';
