namespace Desk.Web.Live;

internal sealed class Happenings;
