namespace GanKit;

/// <summary>The catalogue of adversarial losses.</summary>
public static class AdversarialLoss
{
}
