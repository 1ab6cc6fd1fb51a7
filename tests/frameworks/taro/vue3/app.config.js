export default { pages: ['pages/reactive/index', 'pages/store/index', 'pages/component/index'] }
