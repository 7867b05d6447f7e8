global using GanKit.Checkpoints;
global using GanKit.Data;
global using GanKit.Metrics;
global using GanKit.Monitoring;
global using GanKit.Networks;
global using GanKit.Resuming;
global using TorchSharp;
global using static TorchSharp.torch;
