/** What a symbol does for LwM2M, in a sentence or two; names without `CONFIG_`. */
const MEANINGS: Readonly<Record<string, string>> = {
  LWM2M: "Zephyr's LwM2M client engine. Brings CoAP and sockets along.",
  LWM2M_VERSION_1_0: 'The client speaks LwM2M 1.0: TLV, no Send, no composite operations.',
  LWM2M_VERSION_1_1:
    'The client speaks LwM2M 1.1: Send, composite operations, SenML. Newer Security and Server objects come with it.',
  LWM2M_DTLS_SUPPORT:
    'Lets the client reach coaps servers. It selects nothing: where sockets are not offloaded to a modem, TLS sockets and mbed TLS must be turned on as well.',
  LWM2M_DTLS_CID:
    'Asks for a DTLS connection ID (RFC 9146), so that a session outlives a new address behind a NAT. The server must have it too, and the socket must stay open when idle.',
  LWM2M_TLS_SESSION_CACHING:
    'A session is taken up again instead of a full handshake each time the socket opens.',
  LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP:
    'The server URI is that of a bootstrap server, which gives the device its servers and keys.',
  LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE:
    'In queue mode the socket is closed when the device goes idle, and its DTLS session ends. The default.',
  LWM2M_RD_CLIENT_SUSPEND_SOCKET_AT_IDLE:
    'In queue mode the socket is suspended when idle: on offloaded sockets the modem keeps the session.',
  LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE:
    'In queue mode the socket stays open when idle but is not read. Needs connection IDs to be of use behind a NAT.',
  LWM2M_RD_CLIENT_LISTEN_AT_IDLE: 'In queue mode the socket stays open and is read when idle.',
  LWM2M_RD_CLIENT_ENDPOINT_NAME_MAX_LENGTH:
    'Room for the endpoint name with its end mark. A longer name is cut without a word, and then no longer equals the identity.',
  LWM2M_RD_CLIENT_MAX_RETRIES:
    'How often a failed registration is tried again, each time after twice the pause.',
  LWM2M_QUEUE_MODE_ENABLED:
    'The device registers with queue mode: the server keeps requests back while it sleeps.',
  LWM2M_QUEUE_MODE_UPTIME: 'Seconds that the device stays awake after it last sent.',
  LWM2M_QUEUE_MODE_NO_MSG_BUFFERING:
    'In queue mode notifications are sent at once instead of kept until the device wakes.',
  LWM2M_PEER_PORT: 'The port of a server URI that has none, for coaps as well: 5683 by default.',
  LWM2M_FIRMWARE_PORT_NONSECURE: "The port of a coap Package URI that has none; the engine's own pull only.",
  LWM2M_FIRMWARE_PORT_SECURE: "The port of a coaps Package URI that has none; the engine's own pull only.",
  LWM2M_SECURITY_KEY_SIZE:
    'Room for the identity (0/x/3) with its end mark, and for the key (0/x/5). The default of 16 is too small for most identities.',
  LWM2M_SECURITY_INSTANCE_COUNT:
    'Most instances of the Security object: one a server, and one for the bootstrap server.',
  LWM2M_SERVER_INSTANCE_COUNT: 'Most instances of the Server object.',
  LWM2M_COAP_BLOCK_SIZE:
    'The block size of transfers: 64, 128, 256, 512 or 1024. Each block of an image costs a round trip.',
  LWM2M_COAP_MAX_MSG_SIZE: 'The largest CoAP message; no smaller than a block, and at most 1280.',
  LWM2M_COAP_BLOCK_TRANSFER: 'Values that are larger than a message are sent in blocks.',
  LWM2M_COAP_ENCODE_BUFFER_SIZE: 'Room for a value that is sent in blocks.',
  LWM2M_NUM_BLOCK1_CONTEXT: 'Writes in blocks that may run at once: a pushed image needs one.',
  LWM2M_NUM_OUTPUT_BLOCK_CONTEXT: 'Answers in blocks that may run at once.',
  LWM2M_ENGINE_MESSAGE_HEADER_SIZE: 'Room for the header of a message beside its payload.',
  LWM2M_ENGINE_MAX_MESSAGES: 'Messages that may be in work at once.',
  LWM2M_ENGINE_MAX_PENDING: 'Confirmable messages that may wait for their acknowledgement.',
  LWM2M_ENGINE_MAX_REPLIES: 'Requests that may wait for their response.',
  LWM2M_ENGINE_MAX_OBSERVER: 'Observations that the device keeps; a further one is refused.',
  LWM2M_ENGINE_DEFAULT_LIFETIME:
    'The lifetime in seconds that the device registers with; a server that writes a lower one gets this.',
  LWM2M_UPDATE_PERIOD:
    'An Update is sent after this many seconds, earlier than the lifetime asks; 0: by the lifetime.',
  LWM2M_SECONDS_TO_UPDATE_EARLY: 'How many seconds before the end of the lifetime the Update is sent.',
  LWM2M_SERVER_DEFAULT_PMIN: 'Least seconds between two notifications where the server wrote no pmin.',
  LWM2M_SERVER_DEFAULT_PMAX: 'Most seconds between two notifications where the server wrote no pmax.',
  LWM2M_SERVER_DEFAULT_SSID: 'The short server ID of the first server.',
  LWM2M_RW_OMA_TLV_SUPPORT: 'Content format OMA TLV (11542): what LwM2M 1.0 servers and Coiote write.',
  LWM2M_RW_JSON_SUPPORT: 'Content format JSON of LwM2M 1.0 (11543).',
  LWM2M_RW_CBOR_SUPPORT: 'Content format CBOR (60), for single resources.',
  LWM2M_RW_SENML_JSON_SUPPORT: 'Content format SenML-JSON (110).',
  LWM2M_RW_SENML_CBOR_SUPPORT: 'Content format SenML-CBOR (112): the shortest for more than one value.',
  LWM2M_RW_SENML_CBOR_RECORDS: 'Most records of one SenML-CBOR message.',
  LWM2M_COMPOSITE_PATH_LIST_SIZE: 'Most paths of a composite operation.',
  LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT: 'The Firmware Update object (5).',
  LWM2M_FIRMWARE_UPDATE_PULL_SUPPORT:
    'The engine itself fetches an image from a Package URI, over coap and coaps. The client utilities have a way of their own.',
  LWM2M_FIRMWARE_UPDATE_PULL_COAP_PROXY_SUPPORT: 'The engine fetches images through a CoAP proxy.',
  LWM2M_SWMGMT_PACKAGE_URI_LEN: "The longest Package URI of the engine's own pull.",
  LWM2M_DNS_SUPPORT: 'A server URI may name a host instead of an address.',
  LWM2M_SHELL: 'Shell commands: `lwm2m read`, `write`, `exec`, `update`, `obs` and more.',
  LWM2M_TICKLESS: 'The engine wakes when there is something to do instead of at intervals.',
  LWM2M_ACCESS_CONTROL_ENABLE: 'The Access Control object (2): rights by server.',
  LWM2M_CONN_MON_OBJ_SUPPORT: 'The Connectivity Monitoring object (4).',
  LWM2M_LOCATION_OBJ_SUPPORT: 'The Location object (6).',

  LWM2M_CLIENT_UTILS:
    "Nordic's utilities over Zephyr's engine: they fill the Security object, keep keys in the modem and update firmware.",
  LWM2M_CLIENT_UTILS_SECURITY_OBJ_SUPPORT: 'Fills the Security object (0) and loads its keys into the modem.',
  LWM2M_CLIENT_UTILS_SERVER:
    'The server, or with bootstrap the bootstrap server, as a full URI: coaps with DTLS, coap without. Has no default.',
  LWM2M_CLIENT_UTILS_SERVER_TLS_TAG:
    "The modem's security tag with the key of the management server. What a bootstrap brings overwrites it.",
  LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG:
    "The modem's security tag with the key of the bootstrap server. Written only while it is empty.",
  LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG:
    "The modem's security tag for images over coaps and https; -1: none. By default nRF Cloud's, so that a server that serves images itself needs its own tag here.",
  LWM2M_CLIENT_UTILS_DEVICE_OBJ_SUPPORT: 'The Device object (3) with Reboot.',
  LWM2M_CLIENT_UTILS_CONN_MON_OBJ_SUPPORT:
    "The Connectivity Monitoring object (4) from the modem; also writes the modem's firmware version to 3/0/3.",
  LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT:
    'Updates of application and modem through object 5: by push, or fetched with the download library. Needs MCUboot.',
  LWM2M_CLIENT_UTILS_ADV_FIRMWARE_UPDATE_OBJ_SUPPORT:
    'The Advanced Firmware Update object (33629) instead of object 5: an instance for each image.',
  LWM2M_CLIENT_UTILS_ADV_FOTA_INSTANCE_COUNT: 'Instances of the Advanced Firmware Update object.',
  LWM2M_CLIENT_UTILS_DTLS_CID: 'The former name of CONFIG_LWM2M_DTLS_CID.',
  LWM2M_CLIENT_UTILS_DTLS_CON_MANAGEMENT:
    'The modem keeps the DTLS connection through sleep; needs connection IDs.',
  LWM2M_CLIENT_UTILS_RAI: 'Tells the network when nothing more is to come, so that the radio rests sooner.',

  APP_LWM2M_PSK:
    "The sample's pre-shared key, hexadecimal, at most 32 bytes. Written to the modem where the tag is empty; empty: no key is written.",
  APP_ENDPOINT_PREFIX: 'What stands before the IMEI in the endpoint name, which is the PSK identity as well.',
  APP_CUSTOM_VERSION: 'The software version at 3/0/19; empty: the version of nRF Connect SDK.',
  LWM2M_APP_SERVER: "The server URI of Zephyr's sample.",
  LWM2M_APP_ID: "The endpoint name of Zephyr's sample, and its PSK identity.",
  LWM2M_APP_PSK: "The pre-shared key of Zephyr's sample, hexadecimal.",
  LWM2M_APP_TLS_TAG: "The TLS tag under which Zephyr's sample keeps its key.",
  NET_SAMPLE_LWM2M_SERVER: "The server URI of Zephyr's sample.",
  NET_SAMPLE_LWM2M_ID: "The endpoint name of Zephyr's sample, and its PSK identity.",
  NET_SAMPLE_LWM2M_PSK: "The pre-shared key of Zephyr's sample, hexadecimal.",
  NET_SAMPLE_LWM2M_TLS_TAG: "The TLS tag under which Zephyr's sample keeps its key.",

  COAP_INIT_ACK_TIMEOUT_MS:
    'How long the first acknowledgement may take before a message is sent again. 2 s is short for NB-IoT: the sample takes 15.',
  COAP_MAX_RETRANSMIT: 'How often a message is sent again before the exchange fails.',
  COAP_EXTENDED_OPTIONS_LEN: 'CoAP options longer than 12 bytes are taken: most endpoint names need it.',
  COAP_EXTENDED_OPTIONS_LEN_VALUE: 'The longest CoAP option: `ep=` and the endpoint name must fit.',
  COAP_CLIENT_BLOCK_SIZE:
    "The block size of Zephyr's CoAP client library. LwM2M does not use it, whatever its prompt says: see CONFIG_LWM2M_COAP_BLOCK_SIZE.",

  FOTA_DOWNLOAD: 'Fetches images over HTTP, HTTPS, CoAP and CoAPs for the Firmware Update object.',
  FOTA_CLIENT_AUTOSCHEDULE_UPDATE:
    'An image is installed at the next reboot once it is fetched; the advanced object decides that itself.',
  FOTA_DOWNLOAD_HOST_NAME_LENGTH: 'The longest host of a Package URI.',
  FOTA_DOWNLOAD_FILE_NAME_LENGTH: 'The longest path of a Package URI.',
  FOTA_DOWNLOAD_MCUBOOT_FLASH_BUF_SZ: "Buffer for writing an image; a multiple of the flash's write block.",
  FOTA_DOWNLOAD_FULL_MODEM_BUF_SZ: 'Buffer for a full image of the modem.',
  DOWNLOADER: 'The library that fetches images, from nRF Connect SDK 3.0 on.',
  DOWNLOADER_STACK_SIZE: 'Stack of the library; LwM2M over DTLS needs 4096.',
  DOWNLOADER_TRANSPORT_COAP:
    'Images over coap and coaps. Off by default: without it 5/0/8 does not list them.',
  DOWNLOADER_TRANSPORT_HTTP: 'Images over http and https.',
  DOWNLOADER_MAX_HOSTNAME_SIZE: 'The longest host of a URI.',
  DOWNLOADER_MAX_FILENAME_SIZE: 'The longest path of a URI.',
  DFU_TARGET: 'Where a fetched image is written: MCUboot slot, modem, or another chip.',
  DFU_TARGET_MCUBOOT: 'Images of the application go to the second slot of MCUboot.',
  DFU_TARGET_MODEM_DELTA: 'Images of the modem as a difference from the version it has.',
  DFU_TARGET_FULL_MODEM: 'Full images of the modem, through external flash.',
  DFU_TARGET_STREAM_SAVE_PROGRESS: 'How far an image was written outlives a reboot.',
  MODEM_KEY_MGMT:
    "Writes keys into the modem's store: without it the client utilities can't give the modem a key.",
  MCUBOOT_IMGTOOL_SIGN_VERSION: 'The version signed into the image: X.Y.Z+B.',
  BOOTLOADER_MCUBOOT: 'The image is made for MCUboot. Under sysbuild SB_CONFIG_BOOTLOADER_MCUBOOT decides.',
  UICC_LWM2M:
    'The carrier library takes its bootstrap from the SIM card, which then comes before every other option.',
  TLS_CREDENTIALS_SHELL: 'Shell command `cred`: lists, adds and deletes keys by tag.',

  LWM2M_CARRIER: "Nordic's library for operators' device management: an LwM2M client of its own.",
  LWM2M_CARRIER_GENERIC: 'The custom server is used outside the networks of the enabled operators.',
  LWM2M_CARRIER_CUSTOM_URI:
    "A server of one's own. Counts only in generic mode, or with a single operator enabled.",
  LWM2M_CARRIER_IS_BOOTSTRAP_SERVER:
    'Whether the custom server is a bootstrap server. It is, unless this says n.',
  LWM2M_CARRIER_SERVER_SEC_TAG:
    "The modem's security tag with the key of the custom server; the library writes to the four after it. 0: the operator's key.",
  LWM2M_CARRIER_SERVER_LIFETIME: "The lifetime in seconds at a custom management server; 0: the factory's.",
  LWM2M_CARRIER_CUSTOM_APN: 'An APN beside, or instead of, that of the network.',
  LWM2M_CARRIER_QUEUE_MODE: 'The library registers with queue mode.',
  LWM2M_CARRIER_SESSION_IDLE_TIMEOUT:
    'Seconds without traffic after which the DTLS session is closed; -1: never.',
  LWM2M_CARRIER_FIRMWARE_DOWNLOAD_TIMEOUT: 'Minutes that a pushed image may take; 0: the operator decides.',
  LWM2M_CARRIER_LG_UPLUS_SERVICE_CODE: 'What LG U+ calls the kind of device: at most five characters.',
  CARRIER_APP_PSK: "The carrier sample writes this key to the custom server's tag, unless that is 0.",

  ANJAY_ZEPHYR_SERVER_URI: "The server of AVSystem's client; coaps by default.",
  ANJAY_ZEPHYR_BOOTSTRAP_SERVER: 'The server URI is that of a bootstrap server.',
  ANJAY_ZEPHYR_SECURITY_MODE_NOSEC: 'No security: the URI must begin with coap://.',
  ANJAY_ZEPHYR_SECURITY_MODE_PSK:
    'Pre-shared key: CONFIG_ANJAY_ZEPHYR_PSK_IDENTITY and CONFIG_ANJAY_ZEPHYR_PSK_KEY.',
  ANJAY_ZEPHYR_SECURITY_MODE_CERT: 'Certificates, given at run time.',
  ANJAY_ZEPHYR_PSK_IDENTITY: 'The PSK identity.',
  ANJAY_ZEPHYR_PSK_KEY: 'The pre-shared key, as text, not hexadecimal. By default that of the example.',
  ANJAY_ZEPHYR_ENDPOINT_NAME: 'The endpoint name, where it is not made from the device ID.',
  ANJAY_ZEPHYR_AUTOGENERATE_ENDPOINT_NAME: 'The endpoint name is made from the device ID.',
  ANJAY_ZEPHYR_LIFETIME: 'The lifetime in seconds.',
  ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY: "The modem's security tag with the key, in decimal and in quotes.",
  ANJAY_ZEPHYR_FOTA: 'The Firmware Update object, over MCUboot.',
  ANJAY_ZEPHYR_VERSION: 'The version that 3/0/3 reports: what an update is judged by.',
  ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_BASE:
    'The first of the tags that Anjay writes short-lived keys to.',
  ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_COUNT: 'How many tags Anjay takes for short-lived keys.',
  ANJAY_WITH_LWM2M11: 'The client speaks LwM2M 1.1.',
  ANJAY_WITH_COAP_DOWNLOAD: 'Images over coap and coaps.',
  ANJAY_WITH_HTTP_DOWNLOAD: 'Images over http and https.',
};

/** Options of sysbuild, with their prefix. */
const OF_SYSBUILD: Readonly<Record<string, string>> = {
  SB_CONFIG_BOOTLOADER_MCUBOOT:
    'Builds MCUboot beside the application: without it no update can be installed.',
  SB_CONFIG_BOOT_SIGNATURE_KEY_FILE: 'The key that images are signed with and that MCUboot knows.',
  SB_CONFIG_LWM2M_CARRIER_DIVIDED_DFU: "Divides the image into files as SoftBank's update takes them.",
};

/** What a symbol (with its prefix) does for LwM2M; `undefined` where that is not known. */
export function meaningOf(symbol: string): string | undefined {
  if (Object.hasOwn(OF_SYSBUILD, symbol)) return OF_SYSBUILD[symbol];
  const name = symbol.replace(/^CONFIG_/, '');
  return symbol !== name && Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
}

/** The symbols (with their prefix) whose meaning is known: those that LwM2M is about. */
export const symbolsWithMeaning = (): readonly string[] =>
  Object.keys(MEANINGS).map((name) => `CONFIG_${name}`);

/** Those of sysbuild. */
export const sysbuildSymbolsWithMeaning = (): readonly string[] => Object.keys(OF_SYSBUILD);
