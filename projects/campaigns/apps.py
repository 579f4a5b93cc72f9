from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "projects.campaigns"
    label = "campaigns"
    verbose_name = "攻坚任务"
