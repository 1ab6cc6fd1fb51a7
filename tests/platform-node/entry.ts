export { createPackage } from '../../js-glue/src/create_package'
