/**
 * The engine in JavaScript, for clients whose WXWebAssembly is missing, refuses the module or gives no answer.
 * It is several times the size of the module and slower; nothing loads it unless it is handed to the option `fallback`:
 *
 *     new VODUpload({ userId, fallback: () => require('vod-upload-miniprogram/fallback') })
 *     new VODUpload({ userId, fallback: () => require.async('../packageB/vod-upload-fallback.js') })
 */
declare function fallback(imports: object): object
export = fallback
