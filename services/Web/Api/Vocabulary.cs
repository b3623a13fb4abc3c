namespace Desk.Web.Api;

/// <summary>Names of categories and teams, which the desk itself decides; asked for seldom and shared by all circuits.</summary>
internal sealed class Vocabulary;
