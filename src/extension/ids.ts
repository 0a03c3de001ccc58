/**
 * Names of everything the extension contributes. `package.json` says the same names in its own words; a unit test holds
 * the two together.
 */

/** Commands, by what they do. */
export const Commands = {
  SERVER_START: 'lwm2m.server.start',
  SERVER_STOP: 'lwm2m.server.stop',
  SERVER_CHOOSE_ADDRESS: 'lwm2m.server.chooseAddress',
  SERVER_COPY_URI: 'lwm2m.server.copyUri',
  SERVER_COPY_KCONFIG: 'lwm2m.server.copyKconfig',
  SIMULATOR_START: 'lwm2m.simulator.start',
  SIMULATOR_START_FAULTY: 'lwm2m.simulator.startFaulty',
  SIMULATOR_START_SECURED: 'lwm2m.simulator.startSecured',
  SIMULATOR_STOP: 'lwm2m.simulator.stop',
  UPDATE_PUSH: 'lwm2m.update.push',
  UPDATE_PUSH_AGAIN: 'lwm2m.update.pushAgain',
  UPDATE_PUSH_FILE: 'lwm2m.update.pushFile',
  UPDATE_CANCEL: 'lwm2m.update.cancel',
  UPDATE_OPEN: 'lwm2m.update.open',
  UPDATE_COPY: 'lwm2m.update.copyMarkdown',
  ARRIVALS_SHOW: 'lwm2m.arrivals.show',
  RESOURCE_READ: 'lwm2m.resource.read',
  RESOURCE_WRITE: 'lwm2m.resource.write',
  RESOURCE_EXECUTE: 'lwm2m.resource.execute',
  RESOURCE_OBSERVE: 'lwm2m.resource.observe',
  RESOURCE_STOP_OBSERVING: 'lwm2m.resource.stopObserving',
  RESOURCE_COPY_VALUE: 'lwm2m.resource.copyValue',
  RESOURCE_COPY_PATH: 'lwm2m.resource.copyPath',
  DEVICE_REFRESH: 'lwm2m.device.refresh',
  DEVICE_COPY_NAME: 'lwm2m.device.copyName',
  DEVICES_REFRESH: 'lwm2m.devices.refresh',
  CREDENTIAL_ADD: 'lwm2m.credential.add',
  CREDENTIAL_IMPORT: 'lwm2m.credential.import',
  CREDENTIAL_GENERATE: 'lwm2m.credential.generate',
  CREDENTIAL_COPY: 'lwm2m.credential.copy',
  CREDENTIAL_REMOVE: 'lwm2m.credential.remove',
  CERTIFICATE_MAKE_SERVER: 'lwm2m.certificate.makeServer',
  CERTIFICATE_MAKE_DEVICE: 'lwm2m.certificate.makeDevice',
  AUTHORITY_COPY: 'lwm2m.authority.copy',
  HANDSHAKE_FIX: 'lwm2m.handshake.fix',
  HANDSHAKE_SHOW: 'lwm2m.handshake.show',
  HANDSHAKE_COPY: 'lwm2m.handshake.copy',
  CAPTURE_START: 'lwm2m.capture.start',
  CAPTURE_STOP: 'lwm2m.capture.stop',
  BUILDS_REFRESH: 'lwm2m.builds.refresh',
  BUILD_REVEAL: 'lwm2m.build.reveal',
  OBJECT_NEW: 'lwm2m.object.new',
  OBJECT_COMPARE: 'lwm2m.object.compare',
  OBJECT_FIX_ALL: 'lwm2m.object.fixAll',
  LOG_SHOW: 'lwm2m.log.show',
  MENU: 'lwm2m.menu',
} as const;

/** Views of the container `lwm2m`. */
export const Views = {
  DEVICES: 'lwm2m.devices',
  BUILDS: 'lwm2m.builds',
  UPDATES: 'lwm2m.updates',
  HANDSHAKES: 'lwm2m.handshakes',
  CREDENTIALS: 'lwm2m.credentials',
} as const;

/** The view container in the activity bar. */
export const VIEW_CONTAINER = 'lwm2m';

/** The update panel's kind of webview. */
export const UPDATE_PANEL = 'lwm2m.update';

/** Settings, without their default: that is in the manifest alone. */
export const Settings = {
  SERVER_AUTO_START: 'lwm2m.server.autoStart',
  SERVER_ADDRESSES: 'lwm2m.server.addresses',
  SERVER_TRANSPORTS: 'lwm2m.server.transports',
  SERVER_PORT: 'lwm2m.server.port',
  SERVER_SECURED_PORT: 'lwm2m.server.securedPort',
  SERVER_HTTP_PORT: 'lwm2m.server.httpPort',
  SERVER_HTTPS_PORT: 'lwm2m.server.httpsPort',
  SERVER_ADVERTISED_HOST: 'lwm2m.server.advertisedHost',
  SERVER_STATE_FOLDER: 'lwm2m.server.stateFolder',
  SIMULATOR_AUTO_START: 'lwm2m.simulator.autoStart',
  UPDATE_METHOD: 'lwm2m.update.method',
  UPDATE_PROTOCOL: 'lwm2m.update.protocol',
  UPDATE_PACKAGE_URI: 'lwm2m.update.packageUri',
  UPDATE_EXTERNAL: 'lwm2m.update.external',
  UPDATE_BLOCK_SIZE: 'lwm2m.update.blockSize',
  UPDATE_STALL_TIMEOUT: 'lwm2m.update.stallTimeout',
  UPDATE_VERSION_RESOURCE: 'lwm2m.update.versionResource',
  UPDATE_OFFER_AFTER_BUILD: 'lwm2m.update.offerAfterBuild',
  BUILDS_FOLDERS: 'lwm2m.builds.folders',
  OBJECTS_FOLDERS: 'lwm2m.objects.folders',
  LANGUAGE_PROFILE: 'lwm2m.language.profile',
  LANGUAGE_PLATFORM_VERSION: 'lwm2m.language.platformVersion',
  LANGUAGE_UNITS: 'lwm2m.language.units',
} as const;

/** A setting's name. */
export type SettingId = (typeof Settings)[keyof typeof Settings];

/** Context keys that the manifest's `when` clauses read. */
export const ContextKeys = {
  /** The folder is not trusted. Ours, since VS Code's own key is unset while a window is drawn. */
  UNTRUSTED: 'lwm2m.untrusted',
  /** `stopped`, `starting`, `running` */
  STATE: 'lwm2m.state',
  /** A server of another window or process is used. */
  JOINED: 'lwm2m.joined',
  HAS_DEVICES: 'lwm2m.hasDevices',
  HAS_SIMULATED: 'lwm2m.hasSimulated',
  UPDATE_RUNNING: 'lwm2m.updateRunning',
  /** A capture of this window runs. */
  CAPTURING: 'lwm2m.capturing',
  CAN_PUSH_AGAIN: 'lwm2m.canPushAgain',
} as const;
