export default { pages: ['pages/index/index', 'pages/component/index'] }
