using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Desk.Web.Operations;

/// <summary>SVG's <c>text</c>, which Razor keeps for itself within code. Anchor is <c>start</c>, <c>middle</c> or <c>end</c>.</summary>
public sealed class SvgText : ComponentBase
{
    [Parameter, EditorRequired]
    public object X { get; set; } = 0;

    [Parameter, EditorRequired]
    public object Y { get; set; } = 0;

    [Parameter, EditorRequired]
    public string Say { get; set; } = "";

    [Parameter]
    public string Anchor { get; set; } = "start";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddAttribute(3, "text-anchor", Anchor);
        builder.AddContent(4, Say);
        builder.CloseElement();
    }
}
