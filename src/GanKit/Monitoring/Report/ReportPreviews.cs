using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Adds pictures to a report, half as often each time that there are too many.</summary>
internal sealed class ReportPreviews(long every, ReportData data) : PreviewCallback(every)
{
    /// <inheritdoc/>
    protected override void Show(Tensor grid, long step, bool isFirst)
    {
        if (data.AddPicture(ReportPicture.Of(step, grid)))
            StepsBetween *= 2;
    }
}
