#include <app_version.h>
#include <zephyr/kernel.h>
#include <zephyr/net/lwm2m.h>

static struct lwm2m_ctx client;

int main(void)
{
	lwm2m_set_string(&LWM2M_OBJ(0, 0, 0), CONFIG_LWM2M_APP_SERVER);
	lwm2m_set_res_buf(&LWM2M_OBJ(3, 0, 3), APP_VERSION_STRING, sizeof(APP_VERSION_STRING),
			  sizeof(APP_VERSION_STRING), LWM2M_RES_DATA_FLAG_RO);
	lwm2m_create_object_inst(&LWM2M_OBJ(3303, 0));

	return lwm2m_rd_client_start(&client, "thermometer-1", 0, NULL, NULL);
}
