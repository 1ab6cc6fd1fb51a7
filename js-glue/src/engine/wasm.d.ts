/* tslint:disable */
/* eslint-disable */

/**
 * What the engine needs of the platform. No method throws. A promise is rejected with the type that is named.
 * `uploaderId` is the id given to `Runtime.createUploader`; ids of requests are unique within one uploader.
 */
export interface Host {
    /** Wall clock, ms since 1970. */
    now(): number;
    /** Sends an HTTP request. Rejected with TransportError. */
    request(request: HttpRequest, body: string | ArrayBuffer): Promise<HttpResponse>;
    /** Sends a whole file as a multipart/form-data POST. Rejected with TransportError. */
    uploadFile(form: FormUpload): Promise<HttpResponse>;
    /** Aborts a request or form; its promise is rejected with the kind `abort`. */
    abort(uploaderId: number, requestId: number): void;
    /** Rejected with FileError. */
    statFile(path: string): Promise<FileStat>;
    /** Reads `length` bytes from `position`. Rejected with FileError. */
    readFile(path: string, position: number, length: number): Promise<ArrayBuffer>;
    /** MD5 of the file in lower-case hex; '' when it cannot be had. */
    fileMd5(path: string): Promise<string>;
    /** A stored value; '' when there is none. */
    getItem(key: string): string;
    /** False when the storage refuses. */
    setItem(key: string, value: string): boolean;
    removeItem(key: string): void;
    /** Calls `Uploader.handleTimeout` after `delayMs`, replacing the uploader's former timer; without a delay there is none. */
    setTimer(uploaderId: number, delayMs?: number): void;
    /** The uploader awaits neither a promise nor a timer, so the host may release it until the next command. */
    onIdle(uploaderId: number): void;
    /** An event for the app. `fileId` is 0 when it concerns no single file. Must not call the uploader. */
    emit(uploaderId: number, fileId: number, event: UploadEvent): void;
    /** A panic: its message and source line. The instance is unusable afterwards. */
    onPanic(message: string): void;
}



/** The options of an uploader, checked and completed by the package. */
export interface UploaderOptions {
    /** Whose uploads these are: what is stored is kept apart by it. */
    userScope: string;
    region: string;
    /** Attempts after the first, per request. */
    retryCount: number;
    /** Wait before the first retry, s. */
    retryDuration: number;
    /** Longest time of one request, ms. */
    timeout: number;
    /** Bytes per part; 0: adaptive. */
    partSize: number;
    /** Parts at once; 0: adaptive. */
    parallel: number;
    parallelFiles: number;
    cname: boolean;
    signature: SignatureVersion;
    integrity: Integrity;
    /** Whether progress is stored, so that an upload goes on after a restart. */
    checkpoint: boolean;
    transport: TransportOption;
    credentials: CredentialSource;
    /** Somebody answers when a credential has expired. */
    expiredHandled: boolean;
    /** Start of the random sequence for jitter and nonces. */
    seed: number;
    /** The network at the start: wifi, 5g, 4g, 3g, 2g, none, unknown. */
    networkType: string;
}

/** A file as the app adds it. Empty text stands for what is absent. */
export interface NewFile {
    /** Unique within the uploader, never used again. */
    id: number;
    path: string;
    name: string;
    /** Given by the chooser; counts where the extension is unknown. */
    kind: FileKind;
    endpoint: string;
    bucket: string;
    object: string;
    /** JSON text with the `Vod` level. */
    paramData: string;
    /** Local path or address of the cover. */
    cover: string;
}

export interface StsToken {
    accessKeyId: string;
    accessKeySecret: string;
    securityToken: string;
    /** ISO date, or seconds or milliseconds as text; may be empty. */
    expiration: string;
}

/** The VOD API's answer to CreateUploadVideo, RefreshUploadVideo or CreateUploadImage. */
export interface UploadAuth {
    uploadAuth: string;
    uploadAddress: string;
    /** May be empty. */
    videoId: string;
}

/** An answer of `getAuth` or `getSTSToken` for a file that the engine does not have any more. */
export interface LateAnswer {
    /** Name of the file's checkpoint, as the event `identified` gave it. */
    record: string;
    /** Bytes of the file. */
    size: number;
    /** JSON text. */
    answer: string;
}

export interface HttpResponse {
    status: number;
    /** Lines `name: value`, names in lower case. */
    headers: string;
    body: string;
}

/** A request got no HTTP response. */
export interface TransportError {
    kind: TransportErrorKind;
    /** The platform's own words, without the query of an address. */
    message: string;
}

/** How far a request is: it waits for a free connection, has got one, or has sent this many bytes. */
export type RequestProgress = "queued" | "started" | number;

export interface FileStat {
    /** Bytes. */
    size: number;
    /** Last modification, s since 1970; 0 when unknown. */
    modifiedAt: number;
}

/** A file could not be looked at or read. */
export interface FileError {
    kind: FileErrorKind;
    /** The platform's own words. */
    message: string;
}

export type SignatureVersion = "v1" | "v4";
export type Integrity = "crc64" | "off";
/** How files reach OSS. */
export type TransportOption = "auto" | "request" | "uploadFile";
/** Who answers when a file needs a credential: the app in its callbacks, `getAuth` or `getSTSToken`. */
export type CredentialSource = "callbacks" | "auth" | "sts";
export type FileKind = "unknown" | "image" | "video" | "audio";
/** Why a request got no HTTP response. The platform decides it from its own error codes and messages. */
export type TransportErrorKind = "domainNotAllowed" | "badUrl" | "abort" | "interrupted" | "timeout" | "networkChanged" | "tooManyRequests" | "tooLarge" | "tls" | "offline" | "network";
/** Why a file could not be looked at or read. The platform decides it from its own error codes and messages. */
export type FileErrorKind = "interrupted" | "missing" | "denied" | "range" | "tooLarge" | "busy" | "other";


/**
 * A field of the uploadInfo and its new value.
 */
export type InfoPatch = { state: string } | { fileSize: number } | { fileHash: string } | { isImage: boolean } | { loaded: number } | { videoId: string } | { imageId: string } | { imageUrl: string } | { endpoint: string } | { bucket: string } | { object: string } | { region: string };

/**
 * A whole file as a multipart/form-data POST.
 */
export interface FormUpload {
    uploaderId: number;
    id: number;
    url: string;
    path: string;
    /**
     * The other fields of the form.
     */
    fields: Record<string, string>;
    /**
     * ms
     */
    timeout: number;
}

/**
 * An HTTP request without its body.
 */
export interface HttpRequest {
    uploaderId: number;
    id: number;
    method: string;
    url: string;
    headers: Record<string, string>;
    /**
     * ms
     */
    timeout: number;
}

/**
 * How much of a file is uploaded.
 */
export interface Progress {
    /**
     * 0…100; 100 only after OSS has confirmed the object.
     */
    percent: number;
    /**
     * Bytes that OSS has acknowledged.
     */
    loaded: number;
    /**
     * Bytes of the file.
     */
    total: number;
    /**
     * Over the last seconds; 0 when unknown.
     */
    bytesPerSecond: number;
    /**
     * 0 when unknown.
     */
    secondsLeft: number;
}

/**
 * What reaches the app, in the order in which it happened.
 */
export type UploadEvent = ({ type: "patch" } & InfoPatch) | { type: "added"; contentType: string } | { type: "identified"; record: string } | { type: "started" } | ({ type: "progress" } & Progress) | { type: "succeed" } | ({ type: "failed" } & UploadError) | { type: "canceled" } | { type: "expired"; code: string; message: string } | { type: "end" } | { type: "credential"; kind: string; videoId: string } | { type: "log"; level: string; event: string; detail: string };

/**
 * Why a file's upload failed, as `onUploadFailed` and `UploadError` report it. Holds no secret.
 *
 * ```
 * use vod_upload::api::error::{ErrorCode, Stage, UploadError};
 *
 * let error = UploadError::new(ErrorCode::FileTooLarge, Stage::Put).message("7 GB exceed the limit of one form");
 * assert_eq!(error.to_string(), "FileTooLarge: 7 GB exceed the limit of one form");
 * ```
 */
export interface UploadError {
    /**
     * The product's own code or the server's.
     */
    code: string;
    /**
     * One sentence: what happened, and what to do.
     */
    message: string;
    /**
     * What was being done.
     */
    stage: string;
    /**
     * 0 if no HTTP response was received.
     */
    httpStatus: number;
    /**
     * Request id of OSS or VOD; empty if there is none.
     */
    requestId: string;
    /**
     * Number of the part, 1 to 10,000; 0 if the error does not concern one part.
     */
    part: number;
    /**
     * Whether starting the same file again, with nothing changed, may succeed.
     */
    retryable: boolean;
}


/**
 * What all uploaders of a module instance share: the host, the memory limit and the claims on checkpoints.
 */
export class Runtime {
    free(): void;
    /**
     * A new uploader. `id` is what the host knows it by, unique in this runtime.
     */
    createUploader(id: number, options: UploaderOptions): Uploader;
    /**
     * Why a text is not JSON, with line and column; nothing when it is.
     */
    jsonError(text: string): string | undefined;
    /**
     * Takes the host and has every panic reported to it. One runtime per module instance.
     */
    constructor(host: Host);
}

/**
 * A queue of files and their uploads. A command returns true when it had an effect; what follows from it arrives by
 * `Host.emit`. No method throws: wrong input becomes an event `failed` of its file.
 */
export class Uploader {
    private constructor();
    free(): void;
    /**
     * Puts a file at the end of the queue, in state Ready. False: a file with this id is in the queue.
     */
    addFile(file: NewFile): boolean;
    /**
     * The app went to the background: requests that fail from now on are interruptions, not failures.
     */
    appHidden(): void;
    /**
     * The app is in the foreground again.
     */
    appShown(): void;
    /**
     * Aborts the file's requests and its multipart upload on the server. False: no such file, or it has succeeded or is
     * canceled already.
     */
    cancelFile(file_id: number): boolean;
    /**
     * Stops and empties the queue; stored parts are kept for a later upload of the same files.
     */
    clear(): boolean;
    /**
     * The time set by `Host.setTimer` has come.
     */
    handleTimeout(): void;
    /**
     * The phone is short of memory: fewer parts are read at once.
     */
    memoryWarning(): void;
    /**
     * The phone's network has changed. `network_type`: wifi, 5g, 4g, 3g, 2g, none or unknown.
     */
    networkChanged(connected: boolean, network_type: string): void;
    /**
     * Aborts the file's requests and keeps stored parts; the queue goes on with the next file. False: it is neither being
     * uploaded nor Ready.
     */
    pauseFile(file_id: number): boolean;
    /**
     * `getAuth` or `getSTSToken` has failed. `error`: what it was rejected with, in words or as JSON text; may be empty.
     */
    rejectCredential(file_id: number, error: string): boolean;
    /**
     * An answer to a call for a credential has come for a file that the engine does not have any more. Its video is
     * remembered: it is refreshed when a file with the same content is added again. False: nothing is stored, as the options want it.
     */
    rememberVideo(answer: LateAnswer): boolean;
    /**
     * Cancels the file if it is being uploaded and takes it out of the queue. False: no such file.
     */
    removeFile(file_id: number): boolean;
    /**
     * Gives the file whose expiry was reported a new STS token. False: no file awaits one, or the token is invalid.
     */
    renewStsToken(token: StsToken): boolean;
    /**
     * Gives the file whose expiry was reported a new credential. False: no file awaits one, or the text is invalid.
     */
    renewUploadAuth(upload_auth: string): boolean;
    /**
     * A request has come further. Requests that start at once need not report it.
     */
    requestProgress(request_id: number, progress: RequestProgress): void;
    /**
     * Makes a canceled or paused file Ready again. False: it is neither.
     */
    resumeFile(file_id: number): boolean;
    /**
     * The result of `getAuth` or `getSTSToken` as JSON text. False: the file no longer awaits one, or the text holds no
     * credential.
     */
    setCredential(file_id: number, json: string): boolean;
    /**
     * Gives a file an STS token for the endpoint, bucket and object it was added with. False: as [`Self::set_sts_token`].
     */
    setDirectToken(file_id: number, token: StsToken): boolean;
    /**
     * The same of a call that was given up because it took too long.
     */
    setLateCredential(file_id: number, json: string): boolean;
    /**
     * Gives a file an STS token, with which the VOD API is called. `video_id`: the file's video if it has one, else empty.
     * False: as [`Self::set_upload_auth`], with `InvalidSTSToken`.
     */
    setStsToken(file_id: number, token: StsToken, video_id: string): boolean;
    /**
     * Gives a file the credential and address of CreateUploadVideo, RefreshUploadVideo or CreateUploadImage. False: the
     * file awaits none, or a text is invalid; then an event `failed` with `InvalidUploadAuth` or `InvalidUploadAddress`
     * follows.
     */
    setUploadAuth(file_id: number, upload_auth: UploadAuth): boolean;
    /**
     * Starts a run: files that failed or were stopped become Ready again. False: a run is under way, or no file is Ready;
     * in the second case the event `end` follows.
     */
    start(): boolean;
    /**
     * Ends the run and aborts its requests; stored parts are kept. False: no file was being uploaded.
     */
    stop(): boolean;
    /**
     * The app's callback of the file's success has returned: deletes its checkpoint. False: it has none.
     */
    successReported(file_id: number): boolean;
}
