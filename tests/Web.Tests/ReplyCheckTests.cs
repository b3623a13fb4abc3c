using Desk.Web.Workspace;

namespace Desk.Web.Tests;

public class ReplyCheckTests
{
    private static readonly Guid Nordvik = Guid.Parse("0199d000-0000-7000-8000-000000000001");

    [Theory]
    [InlineData("everyone", true), InlineData("agents", false), InlineData("team:network", false), InlineData(null, false)]
    [InlineData("organisation:0199d000-0000-7000-8000-000000000001", true), InlineData("organisation:0199d000-0000-7000-8000-000000000002", false)]
    public void An_article_is_sent_to_those_only_who_may_read_it(string? audience, bool may)
    {
        Assert.Equal(may, ReplyCheck.MayBeSent(audience, Nordvik));
        Assert.Equal(audience == "everyone", ReplyCheck.MayBeSent(audience, null));
    }

    [Theory]
    [InlineData("Hej\n:::pass network\nKoden är 1234.\n:::", true), InlineData(" ::: tell\nVi vet.", true), InlineData("Tiden är 12:::30, tell me", false)]
    public void A_part_for_agents_is_seen_in_a_reply(string text, bool has) => Assert.Equal(has, ReplyCheck.HasPartForAgents(text));

    [Fact]
    public void Every_article_that_a_reply_links_to_is_looked_up()
        => Assert.Equal(["vpn-ansluter-inte", "nodkoden"], ReplyCheck.Linked(
            "Se https://desk.example/help/vpn-ansluter-inte, /help/VPN-ansluter-inte och (http://localhost:8080/help/nodkoden)."));
}
