using GanKit.Layers;

namespace GanKit;

/// <summary>
/// How the authors of pix2pix and CycleGAN draw: they leave their generators in training mode, unless told otherwise.
/// It makes a difference to batch normalisation and dropout alone.
/// </summary>
internal static class PublishedMode
{
    internal static InferenceMode Of(Norm norm, bool dropout) =>
        dropout || norm == Norm.Batch ? InferenceMode.AsTrained : InferenceMode.RunningStatistics;
}
