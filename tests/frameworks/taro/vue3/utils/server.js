export { getAuth } from '../../../support/app_server'
